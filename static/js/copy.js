// A button that copies the address beside it. Without this the address is selected by hand.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy-for]")) {
    const said = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copyFor);
      field.select();
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = said; }, 3000);
    });
  }
}
