// What stands in the rows and blocks of the schedule board, and its times as the server says them.
export const pad = (number) => String(number).padStart(2, "0");

export const hour = (hours) => `${pad(hours)}:00:00`;

// The library hands out dates whose local fields are Korea's wall clock.
export const wall = (date) =>
  `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;

function element(name, text, style = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = style;
  return made;
}

// The library asks for the contents of everything at every move of a drag. The same answer
// for the same data lets it leave the page alone, which is ten times faster. As text, because
// a block that is dragged stands in two places; the text is written by the browser.
const made = new WeakMap();

function once(data, make) {
  if (!made.has(data)) made.set(data, { html: make(data).map((part) => part.outerHTML).join("") });
  return made.get(data);
}

export const labelOf = ({ resource }) => once(resource.extendedProps, (unit) => {
  const label = element("span", "", unit.first ? "unit first" : "unit");
  label.append(element("small", unit.of, unit.first ? "" : "visually-hidden"), element("b", unit.name));
  if (unit.note) label.append(element("span", unit.note, "badge warn"));
  return [label];
});

const wordsOf = (it, time) => {
  const parts = [element("b", it.name), element("span", it.word)];
  return time ? [...parts, element("small", ` ${time}`)] : parts;
};

// What is dragged says when it would be.
export function contentOf({ event: { display, start, end, extendedProps: it } }) {
  if (display !== "preview") return once(it, () => wordsOf(it, it.time));
  const parts = wordsOf(it, `${wall(start).slice(11)} – ${wall(end).slice(11)}`);
  return { html: parts.map((part) => part.outerHTML).join("") };
}
