// A free time that is touched goes into the form beside it. Without script its button loads the
// page with that time and with what was typed.
const form = document.querySelector("form[data-takes-times]");

for (const button of form?.querySelectorAll("button[data-start]") ?? []) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    form.elements.start.value = button.dataset.start;
    form.elements.end.value = button.dataset.end;
    form.elements.start.focus();
  });
}
