// Warns two minutes before the session ends, extends it, and after its end keeps the page
// and what was typed there: with a new log-in in another window this one goes on.
// Without a script the server logs out all the same and says why.
const WARNING = 120; // seconds
const dialog = document.getElementById("idle");
const said = document.getElementById("idle-said");
const form = dialog.querySelector("form");
const clock = dialog.querySelector("[data-clock]");
const note = dialog.querySelector("[data-note]");
let ends = Date.now() + Number(dialog.dataset.left) * 1000;
let over = false;
let timer;

const left = () => Math.ceil((ends - Date.now()) / 1000);

plan();
form.addEventListener("submit", extend);
dialog.addEventListener("cancel", (event) => (over ? undefined : extend(event)));
dialog.querySelector("[data-look]").addEventListener("click", () => dialog.close());
window.addEventListener("pageshow", (event) => event.persisted && ask());
document.addEventListener("visibilitychange", () => document.hidden || ask());
document.addEventListener("submit", keep, true);

/** Nothing until the warning, then every second. */
function plan() {
  clearTimeout(timer);
  const wait = left() - WARNING;
  // Browsers keep the delay in 32 bits; an hour is enough to look again.
  timer = wait > 0 ? setTimeout(ask, Math.min(wait, 3600) * 1000) : setTimeout(tick, 1000);
}

/** Another window may have extended the session, ended it, or logged in again. */
async function ask() {
  try {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    take(await answer.json());
  } catch {
    tick(); // no network: our own clock is the best we have
  }
}

async function extend(event) {
  event.preventDefault();
  await ask(); // with the form token of today
  if (over || !dialog.open) return;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    take(await answer.json());
  } catch {
    tick();
  }
}

function take(answer) {
  const same = String(answer.person) === dialog.dataset.person;
  if (answer.left > 0 && !same) return someoneElse();
  ends = Date.now() + answer.left * 1000;
  if (answer.left > 0) renew(answer.token);
  return answer.left > WARNING ? goOn() : tick();
}

function tick() {
  const seconds = left();
  if (seconds <= 0) return end();
  if (seconds <= WARNING) {
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (!dialog.open) dialog.showModal();
  }
  return plan();
}

function goOn() {
  if (over) said.textContent = dialog.dataset.back;
  over = false;
  note.textContent = "";
  show("warning");
  if (dialog.open) dialog.close();
  plan();
}

function end() {
  clearTimeout(timer);
  if (over) return;
  over = true;
  show("over");
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[data-part=over] a").focus();
}

function someoneElse() {
  end();
  note.textContent = dialog.dataset.other;
}

function show(part) {
  for (const it of dialog.querySelectorAll("[data-part]")) it.hidden = it.dataset.part !== part;
  const [title, text] = part === "over" ? ["idle-over", "idle-rest"] : ["idle-title", "idle-text"];
  dialog.setAttribute("aria-labelledby", title);
  dialog.setAttribute("aria-describedby", text);
}

/** A new log-in has new form tokens; the old ones would be refused and the input lost. */
function renew(token) {
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
}

/** After the end nothing leaves the page: the server would ask for a log-in and drop it. */
function keep(event) {
  if (!over || dialog.contains(event.target)) return;
  event.preventDefault();
  event.stopPropagation();
  dialog.showModal();
}
