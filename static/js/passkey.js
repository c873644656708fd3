// Shows what needs a script only where there is one, and says in words when a passkey fails.
const trouble = document.getElementById("passkey-trouble");

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) form.hidden = false;
  for (const note of document.querySelectorAll("[data-no-passkey]")) note.hidden = true;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // allauth would write to the console alone
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "nearest" });
});
