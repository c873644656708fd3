// What the schedule board says and asks: a spoken line, the reason for setting a rule aside,
// what to do with an empty range. The words come with the page, in its language.
const board = document.querySelector("[data-board]");
export const words = board.querySelector("[data-words-of]").dataset;
const said = board.querySelector("[data-said]");
const refused = board.querySelector("[data-refused]");
const range = board.querySelector("[data-range]");

// One line each, so that of two moves refused at once each is told.
let lines = [];

function show() {
  said.hidden = !lines.length;
  const isWarning = lines.some(({ style }) => style === "warning");
  said.className = `alert ${isWarning ? "warning" : "success"}`;
  said.replaceChildren(...lines.map(({ text }) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }));
}

export function say(text, style) {
  unsay(text);
  lines.push({ text, style });
  show();
}

// Takes back what is no longer true.
export function unsay(text) {
  lines = lines.filter((line) => line.text !== text);
  show();
}

// Something is moved anew: what became of moves before is no news any more.
export function forget() {
  lines = lines.filter(({ text }) => text === words.lost);
  show();
}

// Resolves with the button's value when the dialog is closed, by Escape too.
function answerOf(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

// One after the other: whoever answers for one move has not answered for the next.
let asked = Promise.resolve();

export function askReason(name, sentences) {
  const answer = asked.then(() => askOne(name, sentences));
  asked = answer;
  return answer;
}

async function askOne(name, sentences) {
  refused.querySelector("[data-whose]").textContent = name;
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
