// Keeps the tablet at a door current, says when there is no network, keeps the numbers typed
// meanwhile and sends each once. Without this the forms still work, page by page.
const home = document.querySelector("#home");
const shown = document.querySelector("#shown");
const offline = document.querySelector("#offline");
const address = new URL("/door/", location.href);

const EVERY = 30_000;
const AGAIN = 5_000;
const PATIENCE = 10_000;
const READING = 12_000;

const kept = [];
let returning;
let timer;
let sending = false;

if (home) {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-door]");
    if (form) {
      event.preventDefault();
      submit(form, event.submitter);
    }
  });
  shown.addEventListener("click", (event) => {
    if (event.target.closest("a[href='/door/']")) {
      event.preventDefault();
      back();
    }
  });
  document.querySelector("#sent button").addEventListener("click", () => {
    document.querySelector("#sent").hidden = true;
    document.querySelector("#sent ul").replaceChildren();
    field().focus();
  });
  addEventListener("online", () => look());
  schedule(EVERY);
} else {
  // A result as a page of its own.
  wait(() => location.assign(address));
}

function field() {
  return home.querySelector("[name=reference]");
}

async function ask(url, options = {}) {
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  if ([502, 503, 504].includes(response.status)) {
    throw new TypeError(`no answer: ${response.status}`);
  }
  if (response.redirected && new URL(response.url).pathname !== address.pathname) {
    location.assign(response.url); // no longer enrolled
  }
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function submit(form, submitter) {
  const typed = form.elements.reference.value.trim();
  if (!typed) {
    field().focus();
    return;
  }
  // A button without an address of its own says that of the page.
  const action = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const entry = { action, typed, at: Date.now() };
  field().value = "";
  try {
    show(await send(entry));
  } catch {
    kept.push(entry);
    lost();
    show(document.querySelector("#kept").content.cloneNode(true));
  }
}

async function send(entry) {
  const body = new FormData(home.querySelector("form"));
  body.set("reference", entry.typed);
  body.set("waited", Math.round((Date.now() - entry.at) / 1000));
  return ask(entry.action, { method: "POST", body });
}

// Shows the result, and returns by itself unless somebody touches or types.
function show(page) {
  const result = page.querySelector(".result");
  if (!result) {
    location.assign(address);
    return;
  }
  shown.replaceChildren(document.importNode(result, true));
  home.hidden = true;
  shown.hidden = false;
  shown.focus();
  wait(back);
}

function wait(then) {
  clearTimeout(returning);
  returning = setTimeout(then, READING);
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, () => wait(then), { once: true });
  }
}

function back() {
  clearTimeout(returning);
  shown.hidden = true;
  shown.replaceChildren();
  home.hidden = false;
  field().focus();
  look();
}

function schedule(after) {
  clearTimeout(timer);
  timer = setTimeout(look, after);
}

async function look() {
  if (sending) {
    return;
  }
  sending = true;
  try {
    await sendKept();
    const page = await ask(address);
    renew(page.querySelector("#today"));
    offline.hidden = true;
    schedule(EVERY);
  } catch {
    lost();
    schedule(AGAIN);
  } finally {
    sending = false;
  }
}

function renew(today) {
  offline.querySelector("[data-last]").textContent = today.querySelector("#contact").textContent;
  document.querySelector("#today").replaceChildren(...today.childNodes);
}

// In the order they were typed; one that does not get through stays the first. The server
// takes one that did get through, but whose answer was lost, for "already in".
async function sendKept() {
  while (kept.length) {
    const page = await send(kept[0]);
    const { typed } = kept.shift();
    report(typed, page.querySelector(".result"));
  }
}

function report(typed, result) {
  const line = document.createElement("li");
  const words = ["h1", ".said"].map((part) => result?.querySelector(part)?.textContent);
  line.textContent = [typed, ...words].filter(Boolean).join(" – ");
  document.querySelector("#sent ul").append(line);
  document.querySelector("#sent").hidden = false;
}

function lost() {
  offline.hidden = false;
  offline.querySelector("[data-waiting]").hidden = !kept.length;
  offline.querySelector("[data-count]").textContent = kept.length;
  schedule(AGAIN);
}
