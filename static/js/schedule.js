// The schedule board: draws what the server says, sends what is dragged, and puts it back
// where the server refuses. Nothing is decided here; the table does the same without script.
import { contentOf, hour, labelOf, pad, wall } from "./schedule-contents.js";
import { keepCursors } from "./schedule-cursor.js";
import { keepPlain } from "./schedule-roles.js";
import { drawn, whenScrolled } from "./schedule-window.js";
import { askReason, chooseFor, forget, say, unsay, words } from "./schedule-words.js";

const board = document.querySelector("[data-board]");
const grid = board.querySelector("[data-grid]");
const EVERY = 30_000;
const AT_ONCE = 20;
const mayAct = "mayAct" in board.dataset;
let shown = "";
let rows = "";
let latest;
let inHand = false;
let waiting = 0; // moves without their answer, and questions put to somebody
let paused = false;
let calendar;
let drawing;
const told = new Map(); // as it was told to the library, by its number there

function eventsOf({ bookings: taken, closures }) {
  const bookings = taken.map((it) => ({
    id: `${it.id} ${it.unit}`,
    resourceIds: [it.unit],
    start: it.start,
    end: it.end,
    title: it.name,
    classNames: [`s-${it.style}`],
    editable: mayAct && it.movable,
    startEditable: mayAct && it.movable,
    durationEditable: mayAct && (it.movable || it.style === "in"),
    extendedProps: it,
  }));
  const shut = closures.flatMap((it) => it.units.map((unit) => ({
    id: `closed-${it.number} ${unit}`,
    resourceIds: [unit],
    start: it.start,
    end: it.end,
    display: "background",
    classNames: [it.style],
    extendedProps: it,
  })));
  return [...bookings, ...shut];
}

const resourcesOf = (data) =>
  data.units.map((it) => ({ id: it.id, title: `${it.of} ${it.name}`, extendedProps: it }));

function optionsOf(data) {
  const isWeek = board.dataset.length === "week";
  const step = Math.min(30, ...data.units.map((unit) => unit.step));
  const hours = Math.max(1, data.hours.last - data.hours.first);
  return {
    view: isWeek ? "resourceTimelineWeek" : "resourceTimelineDay",
    date: board.dataset.day,
    timeZone: "+09:00",
    locale: document.documentElement.lang,
    firstDay: 1,
    headerToolbar: { start: "", center: "", end: "" },
    slotDuration: isWeek ? "03:00" : "00:30",
    snapDuration: `00:${pad(step)}`,
    slotWidth: isWeek ? 132 : Math.max(34, Math.floor((grid.clientWidth - 158) / hours / 2)),
    slotMinTime: hour(data.hours.first),
    slotMaxTime: hour(data.hours.last),
    slotLabelFormat: (time) => `${time.getHours()}`,
    dayHeaderFormat: { weekday: "short", month: "numeric", day: "numeric" },
    nowIndicator: true,
    selectable: mayAct,
    selectMinDistance: 8,
    longPressDelay: 400,
    eventLongPressDelay: 400,
    resources: resourcesOf(data),
    events: [],
    resourceLabelContent: labelOf,
    eventContent: contentOf,
    eventTimeFormat: () => "", // its own would be made and thrown away at every move
    eventClick: ({ event }) => open(event.extendedProps),
    eventDragStart: hold,
    eventDragStop: release,
    eventResizeStart: hold,
    eventResizeStop: release,
    eventDrop: (info) => send(info),
    eventResize: (info) => send(info),
    select: choose,
  };
}

const isBusy = () => inHand || waiting > 0;
const hold = () => { inHand = true; };
const release = () => { inHand = false; };

async function whileWaiting(answer) {
  waiting += 1;
  try {
    return await answer;
  } finally {
    waiting -= 1;
  }
}

function open(booking) {
  if (booking.reference) window.location.assign(`${board.dataset.base}${booking.reference}/${window.location.search}`);
}

async function choose(info) {
  const unit = info.resource.extendedProps;
  const range = { starts: wall(info.start), ends: wall(info.end) };
  await whileWaiting(chooseFor(unit, range, board.dataset));
  calendar.unselect();
}

// Where the block stands by itself, which what was told of it follows with the next drawing only.
const placeOf = ({ start, end, resourceIds: [unit] }) => [wall(start), wall(end), String(unit)];

// Pulled about and let go where it was: nothing to be sent, or said to have moved.
const isBack = ({ event, oldEvent }) => placeOf(event).join() === placeOf(oldEvent).join();

// Sends a move; what the server refuses goes back, unless a reason sets the rule aside.
async function send(info, override = "") {
  if (isBack(info)) return undefined;
  if (!waiting && !override) forget();
  const it = info.event.extendedProps;
  const [starts, ends, unit] = placeOf(info.event);
  const form = new FormData();
  form.set("day", starts.slice(0, 10));
  form.set("starts", starts.slice(11));
  form.set("ends", ends.slice(11));
  form.set("unit", unit);
  form.set("override", override);
  const answer = await whileWaiting(post(`${board.dataset.base}${it.reference}/move/`, form));
  await whileWaiting(handsOff());
  if (answer.said) {
    say(`${it.name}: ${answer.said}`, "success");
    return renew();
  }
  const reason = answer.overridable && !override ? await whileWaiting(askReason(it.name, answer.refused)) : "";
  if (reason) return send(info, reason);
  putBack(info.event.id);
  say(`${it.name}: ${answer.refused.join(" ")}`, "warning");
  return renew();
}

// No window opens over a block that is in the hand, and no line above the board pushes it into
// another row.
async function handsOff() {
  while (inHand) await new Promise((resolve) => setTimeout(resolve, 100));
}

// To where the server last said it is. Where it was when it was taken may have been refused
// since, if it was moved twice before there was an answer.
function putBack(id) {
  if (told.has(id)) told.set(id, "");
  look();
}

async function post(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": board.querySelector("[name=csrfmiddlewaretoken]").value },
    });
    return await answer.json();
  } catch {
    return { refused: [words.failed] };
  }
}

async function renew() {
  if (isBusy()) return;
  let text;
  try {
    // Marked, so that an open board does not keep somebody logged in who has left.
    // Led to the log-in, it has come to its end: what is shown would stay as it is, and silent.
    const headers = { Accept: "application/json", "X-Renewal": "1" };
    const answer = await fetch(board.dataset.board, { headers, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    text = await answer.text();
  } catch {
    say(words.lost, "warning");
    return;
  }
  unsay(words.lost);
  if (!isBusy()) draw(text);
}

// The first field is the time, which alone is no reason to draw anything.
function draw(text) {
  const [, at, rest] = text.match(/^\{"at": "([^"]*)", ([^]*)$/);
  board.querySelector("[data-renewed]").textContent = at;
  if (rest === shown) return;
  shown = rest;
  latest = JSON.parse(text);
  const units = JSON.stringify(latest.units);
  if (!calendar) {
    keepCursors();
    keepPlain(grid, document.querySelector("h1").textContent);
    calendar = window.EventCalendar.create(grid, optionsOf(latest));
    whenScrolled(grid, look);
  } else if (units !== rows) {
    calendar.setOption("resources", resourcesOf(latest));
  }
  rows = units;
  look();
}

// Draws what has come into sight or has changed, and takes away what is out of sight. The
// library makes anew whatever it is told anew, so it is told of nothing else, and of no more
// at once than a slow tablet draws before somebody waits.
function look() {
  clearTimeout(drawing);
  const wanted = new Map(eventsOf(drawn(grid, latest, board.dataset.day)).map((it) => [it.id, it]));
  let left = AT_ONCE;
  for (const id of [...told.keys()]) {
    if (wanted.has(id)) continue;
    if (!left--) {
      drawing = setTimeout(goOn);
      return;
    }
    calendar.removeEventById(id);
    told.delete(id);
  }
  for (const [id, event] of wanted) {
    const text = JSON.stringify(event);
    const before = told.get(id);
    if (text === before) continue;
    if (!left--) {
      drawing = setTimeout(goOn);
      return;
    }
    if (before === undefined) calendar.addEvent(event);
    else calendar.updateEvent(event);
    told.set(id, text);
  }
}

// Not under the hand of somebody who drags a block.
function goOn() {
  if (isBusy()) drawing = setTimeout(goOn, 100);
  else look();
}

const pause = board.querySelector("[data-pause]");
pause.addEventListener("click", () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = paused ? words.stopped : words.going;
  if (!paused) renew();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !paused) renew();
});
setInterval(() => {
  if (!document.hidden && !paused) renew();
}, EVERY);

board.hidden = false;
renew();
