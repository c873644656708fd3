// Ticks a whole checklist at once and says how much of it is ticked. Without this the button
// sends the form, which comes back with every box ticked.
for (const list of document.querySelectorAll("[data-checklist]")) {
  const boxes = [...list.querySelectorAll("[type=checkbox]")];
  const said = list.querySelector("[data-ticked]");
  const count = () => { said.textContent = `${boxes.filter((box) => box.checked).length} / ${boxes.length}`; };

  list.querySelector("[data-tick-all]").addEventListener("click", (event) => {
    event.preventDefault();
    for (const box of boxes) box.checked = true;
    count();
  });
  list.addEventListener("change", count);
  count();
}
