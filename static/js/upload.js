// Sending photos from a phone takes a while: say that it is under way, and say before sending
// which file is too large. Without this the page says so after the upload.
for (const form of document.querySelectorAll("form.upload")) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  const status = form.appendChild(document.createElement("p"));
  status.setAttribute("role", "status");

  input.addEventListener("change", () => {
    const limit = Number(form.dataset.limit);
    const large = [...input.files].filter((file) => file.size > limit);
    status.textContent = large.map((file) => `${file.name}: ${form.dataset.large}`).join(" ");
  });

  form.addEventListener("submit", () => {
    if (input.files.length) {
      status.textContent = form.dataset.sending;
    }
    // Disabled after this turn: the form still sends what the button carries.
    setTimeout(() => { button.disabled = true; });
  });

  // Back from the next page: the button works again.
  addEventListener("pageshow", () => { button.disabled = false; });
}
