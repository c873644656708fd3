// Single keys for what is marked with data-key, by their place on the keyboard: with Hangul
// switched on, V types ㅍ but stays the same key. Off in fields, and off for good where the
// box on the page is unticked (KWCAG 6.1.4).
const OFF = "shortcuts-off";
const list = document.querySelector("[data-shortcuts]");
const box = document.querySelector("[data-shortcuts-on]");
const SAME = { NumpadAdd: "Equal+Shift", NumpadSubtract: "Minus", Numpad0: "Digit0", Equal: "Equal+Shift" };

if (list && box) {
  box.checked = localStorage.getItem(OFF) === null;
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    show();
  });
  list.hidden = false;
  show();
  document.addEventListener("keydown", press);
}

function show() {
  for (const hint of document.querySelectorAll("[data-key] kbd")) hint.hidden = !box.checked;
}

function press(event) {
  if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const code = event.shiftKey ? `${event.code}+Shift` : SAME[event.code] ?? event.code;
  const target = document.querySelector(`[data-key="${code}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("summary")) open(target.parentElement);
  else if (target.type === "submit") target.focus(); // Enter decides, not a letter
  else target.click();
}

function open(details) {
  const summary = details.querySelector("summary");
  details.open = details !== list || !details.open;
  (details.querySelector("form input:not([type=hidden]), form textarea") ?? summary).focus();
}
