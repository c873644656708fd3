// The schedule board: draws what the server says, sends what is dragged, and puts it back
// where the server refuses. Nothing is decided here; the table does the same without script.
import { keepCursors } from "./schedule-cursor.js";
import { keepPlain } from "./schedule-roles.js";
import { drawn, whenScrolled } from "./schedule-window.js";
import { askReason, chooseFor, say, unsay, words } from "./schedule-words.js";

const board = document.querySelector("[data-board]");
const grid = board.querySelector("[data-grid]");
const EVERY = 30_000;
const AT_ONCE = 20;
const mayAct = "mayAct" in board.dataset;
let shown = "";
let rows = "";
let latest;
let dragging = false;
let paused = false;
let calendar;
let drawing;
const told = new Map(); // as it was told to the library, by its number there

const pad = (number) => String(number).padStart(2, "0");
const clock = (hours) => `${pad(hours)}:00:00`;

// The library hands out dates whose local fields are Korea's wall clock.
const wall = (date) =>
  `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;

function element(name, text, style = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = style;
  return made;
}

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

// The library asks for the contents of everything at every move of a drag. The same answer
// for the same data lets it leave the page alone, which is ten times faster. As text, because
// a block that is dragged stands in two places; the text is written by the browser.
const made = new WeakMap();

function once(data, make) {
  if (!made.has(data)) made.set(data, { html: make(data).map((part) => part.outerHTML).join("") });
  return made.get(data);
}

const labelOf = ({ resource }) => once(resource.extendedProps, (unit) => {
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
function contentOf({ event: { display, start, end, extendedProps: it } }) {
  if (display !== "preview") return once(it, () => wordsOf(it, it.time));
  const parts = wordsOf(it, `${wall(start).slice(11)} – ${wall(end).slice(11)}`);
  return { html: parts.map((part) => part.outerHTML).join("") };
}

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
    slotMinTime: clock(data.hours.first),
    slotMaxTime: clock(data.hours.last),
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

const hold = () => { dragging = true; };
const release = () => { dragging = false; };

function open(booking) {
  if (booking.reference) window.location.assign(`${board.dataset.base}${booking.reference}/${window.location.search}`);
}

async function choose(info) {
  hold();
  const unit = info.resource.extendedProps;
  const range = { starts: wall(info.start), ends: wall(info.end) };
  await chooseFor(unit, range, board.dataset);
  calendar.unselect();
  release();
}

// Where the block stands by itself, which what was told of it follows with the next drawing only.
const placeOf = ({ start, end, resourceIds: [unit] }) => [wall(start), wall(end), String(unit)];

// Pulled about and let go where it was: nothing to be sent, or said to have moved.
const isBack = ({ event, oldEvent }) => placeOf(event).join() === placeOf(oldEvent).join();

// Sends a move; what the server refuses goes back, unless a reason sets the rule aside.
async function send(info, override = "") {
  if (isBack(info)) return undefined;
  const it = info.event.extendedProps;
  const [starts, ends, unit] = placeOf(info.event);
  const form = new FormData();
  form.set("day", starts.slice(0, 10));
  form.set("starts", starts.slice(11));
  form.set("ends", ends.slice(11));
  form.set("unit", unit);
  form.set("override", override);
  hold();
  const answer = await post(`${board.dataset.base}${it.reference}/move/`, form);
  release();
  if (answer.said) {
    say(`${it.name}: ${answer.said}`, "success");
    return renew();
  }
  if (answer.overridable && !override) {
    hold();
    const reason = await askReason(answer.refused);
    release();
    if (reason) return send(info, reason);
  }
  info.revert();
  say(`${it.name}: ${answer.refused.join(" ")}`, "warning");
  return renew();
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
  if (dragging) return;
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
  if (!dragging) draw(text);
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
  if (dragging) drawing = setTimeout(goOn, 100);
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
