// After htmx has put a new week or choice in place, say in words what is chosen now:
// a screen reader hears it, sighted people see it in the panel.
document.body.addEventListener("htmx:afterSettle", () => {
  const spoken = document.getElementById("spoken");
  const chosen = document.getElementById("chosen");
  const week = document.getElementById("week");
  if (spoken) {
    spoken.textContent = chosen
      ? [...chosen.querySelectorAll("dd")].map((part) => part.textContent).join(", ")
      : week?.textContent ?? "";
  }
});

// A request that fails must not fail silently: load the address the ordinary way.
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.body.addEventListener(name, (event) => {
    window.location.assign(event.detail.pathInfo?.finalRequestPath ?? window.location.href);
  });
}
