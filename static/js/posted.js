// A page that answered a form stands in the browser's history with all that was sent: on the way
// back the browser would show an error of its own and ask whether to send it again. Whatever
// leads on from here leaves the address alone behind. Loading this page anew still sends again.
function leaveTheAddressAlone() {
  history.replaceState(history.state, "", window.location.href);
}

document.addEventListener("submit", leaveTheAddressAlone);
document.addEventListener("click", (event) => {
  if (event.target.closest("a[href]:not([href^='#'])")) leaveTheAddressAlone();
});
