// A free time that is touched goes into the form beside it, so that what was typed there stays.
// Without script the link loads the page with that time.
const form = document.querySelector("form[data-takes-times]");

for (const link of document.querySelectorAll("a[data-start]")) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !form) return;
    event.preventDefault();
    form.elements.start.value = link.dataset.start;
    form.elements.end.value = link.dataset.end;
    form.elements.start.focus();
  });
}
