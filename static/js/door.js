// Keeps the tablet at a door current, says when there is no network, keeps the numbers typed
// meanwhile and sends each once. Without this the forms still work, page by page.
//
// What is kept lies in the browser, so that a tablet that is started anew forgets nobody: the
// number and the time, no more, and only until it is sent. The service worker of the door
// (templates/door/worker.js) shows the page without network, as a shell that knows nobody.
const home = document.querySelector("#home");
const shown = document.querySelector("#shown");
const offline = document.querySelector("#offline");
const address = new URL("/door/", location.href);
const isShell = Boolean(home && "shell" in home.dataset);

const EVERY = 30_000;
const AGAIN = 5_000;
const PATIENCE = 10_000;
const READING = 12_000;
const KEPT = "door.kept";
const LONGEST = 24 * 3_600_000; // what is older the portal does not take any more
const CONTACT = "door.contact";

let returning;
let timer;
let sending = false;
let inHand;

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
  navigator.serviceWorker?.register(new URL("worker.js", address)).catch(() => {});
  begin();
} else {
  // A result as a page of its own.
  wait(() => location.assign(address));
}

function begin() {
  if (isShell) {
    offline.querySelector("[data-last]").textContent = read(CONTACT) ?? "–";
    lost();
    return;
  }
  contact(document);
  if (kept().length) {
    look();
  } else {
    schedule(EVERY);
  }
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
    keep([]); // this is no door any more, and the numbers are not for the next one
    location.assign(response.url);
    throw new TypeError("no longer enrolled");
  }
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function submit(form, submitter) {
  const typed = form.elements.reference.value.trim().slice(0, 40);
  if (!typed) {
    field().focus();
    return;
  }
  // A button without an address of its own says that of the page.
  const action = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const entry = { action: new URL(action).pathname, typed, at: Date.now() };
  field().value = "";
  inHand = entry;
  keep([...kept(), entry]); // first of all: the tablet may go out before there is an answer
  try {
    if (isShell) {
      throw new TypeError("a page of its own is needed");
    }
    const page = await send(entry);
    const result = page.querySelector(".result");
    if (!result) {
      throw new TypeError("a fault of the portal"); // the number is kept, and so it is said
    }
    if (result.dataset.code !== "too_many_tries") {
      forget(entry); // said to whoever stands there, whatever it is
    }
    show(page);
  } catch {
    lost();
    show(document.querySelector("#kept").content.cloneNode(true));
  } finally {
    inHand = undefined;
  }
}

async function send(entry) {
  const body = new FormData(home.querySelector("form"));
  body.set("reference", entry.typed);
  body.set("waited", Math.max(0, Math.round((Date.now() - entry.at) / 1000)));
  return ask(new URL(entry.action, address), { method: "POST", body });
}

// Shows the result, and returns by itself unless somebody touches or types.
function show(page) {
  const result = page.querySelector(".result");
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
    await (isShell ? giveWay() : sendKept());
    if (!isShell) {
      renew(await ask(address));
      schedule(EVERY);
    }
  } catch {
    lost();
  } finally {
    sending = false;
  }
}

// The portal answers again: the page itself comes back, unless somebody is just using this one.
async function giveWay() {
  await ask(address);
  if (shown.hidden && !field().value) {
    location.reload();
    await new Promise(() => {}); // nothing more is done here, or it would be done twice
  } else {
    schedule(AGAIN);
  }
}

function renew(page) {
  const today = page.querySelector("#today");
  contact(page);
  home.querySelector("[name=csrfmiddlewaretoken]").value = page.querySelector("[name=csrfmiddlewaretoken]").value;
  document.querySelector("#today").replaceChildren(...today.childNodes);
  offline.hidden = true;
}

function contact(page) {
  const at = page.querySelector("#contact").textContent;
  offline.querySelector("[data-last]").textContent = at;
  write(CONTACT, at);
}

// In the order they were typed; what does not get through stays. The server takes one that
// did get through, but whose answer was lost, for "already in". An answer that is no result,
// a fault of the portal, keeps neither the number from being tried again nor the others back.
async function sendKept() {
  for (const entry of kept()) {
    if (inHand && isSame(entry, inHand)) {
      continue;
    }
    const result = (await send(entry)).querySelector(".result");
    if (result?.dataset.code === "too_many_tries") {
      return;
    }
    if (result) {
      forget(entry);
      report(entry.typed, result);
    }
  }
}

function report(typed, result) {
  const line = document.createElement("li");
  const words = ["h1", ".said"].map((part) => result.querySelector(part)?.textContent);
  line.textContent = [typed, ...words].filter(Boolean).join(" – ");
  document.querySelector("#sent ul").append(line);
  document.querySelector("#sent").hidden = false;
}

function lost() {
  const count = kept().length;
  offline.hidden = false;
  offline.querySelector("[data-waiting]").hidden = !count;
  offline.querySelector("[data-count]").textContent = count;
  schedule(AGAIN);
}

function isSame(one, other) {
  return one.at === other.at && one.typed === other.typed && one.action === other.action;
}

function kept() {
  try {
    const found = JSON.parse(read(KEPT) ?? "[]");
    return Array.isArray(found) ? found.filter((entry) => Date.now() - entry.at < LONGEST) : [];
  } catch {
    return [];
  }
}

function keep(entries) {
  write(KEPT, JSON.stringify(entries));
}

function forget(entry) {
  keep(kept().filter((other) => !isSame(other, entry)));
}

// A browser that keeps nothing has this page at least.
function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return read[name] ?? null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    read[name] = value;
  }
}
