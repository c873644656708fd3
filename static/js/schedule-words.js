// What the schedule board says and asks: a spoken line, the reason for setting a rule aside,
// what to do with an empty range. The words come with the page, in its language.
const board = document.querySelector("[data-board]");
export const words = board.querySelector("[data-words-of]").dataset;
const said = board.querySelector("[data-said]");
const refused = board.querySelector("[data-refused]");
const range = board.querySelector("[data-range]");

export function say(text, style) {
  said.hidden = false;
  said.className = `alert ${style}`;
  said.textContent = text;
}

// Takes back what is no longer true, if nothing else has been said since.
export function unsay(text) {
  if (said.textContent === text) said.hidden = true;
}

// Resolves with the button's value when the dialog is closed, by Escape too.
function answerOf(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

export async function askReason(sentences) {
  const list = refused.querySelector("[data-reasons]");
  list.replaceChildren(...sentences.map((sentence) => {
    const item = document.createElement("li");
    item.textContent = sentence;
    return item;
  }));
  const field = refused.querySelector("#why");
  field.select(); // the reason given last is mostly that of the next one too
  return (await answerOf(refused)) === "again" ? field.value.trim() : "";
}

export function chooseFor(unit, { starts, ends }, { book, close }) {
  const times = { starts, ends };
  const links = {
    book: `${book}?${new URLSearchParams({ resource: unit.resource, unit: unit.id, ...times })}`,
    close: `${close}?${new URLSearchParams({ unit: unit.id, ...times })}`,
  };
  for (const link of range.querySelectorAll("[data-to]")) link.href = links[link.dataset.to];
  const until = ends.slice(0, 10) === starts.slice(0, 10) ? ends.slice(11) : ends.replace("T", " ");
  range.querySelector("[data-words]").textContent =
    `${unit.of} ${unit.name}, ${starts.replace("T", " ")} – ${until}`;
  return answerOf(range);
}
