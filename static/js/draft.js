// Keeps what is typed into an application as it is typed: a moment after the last change the
// form goes to the server, without its files, which the button sends. Without a connection it
// is tried again until there is one. Without this the button Save draft does the same.
import { forget, keep, putBack, typed } from "./draft-copy.js";

const PAUSE = 1500;
const FIRST_TRY_AGAIN = 3000;
const LAST_TRY_AGAIN = 60_000;

for (const form of document.querySelectorAll("form.application[data-owner]")) {
  const status = form.querySelector("[data-status]");
  let timer = 0;
  let wait = FIRST_TRY_AGAIN;
  let changes = 0;
  let unsaved = false;
  let leaving = false;
  let sending = new AbortController();

  /** What is wrong stays in sight wherever one is in the form. */
  const say = (text, style = "") => {
    status.className = style ? `alert ${style}` : "small muted";
    if (status.textContent !== text) status.textContent = text;
  };

  const saveIn = (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  };

  async function save() {
    if (leaving) return;
    const data = new FormData();
    for (const [name, value] of typed(form)) data.append(name, value);
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    data.set("do", "auto");
    keep(form);
    if (!status.matches(".alert")) say(form.dataset.saving);
    sending.abort(); // what was typed later holds all of it
    sending = new AbortController();
    const { signal } = sending;
    const upTo = changes;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "error", signal });
      const text = await answer.text();
      if (answer.ok) saved(text, upTo);
      else if (answer.status === 409) refused();
      else failed();
    } catch {
      if (!signal.aborted) failed();
    }
  }

  function saved(text, upTo) {
    unsaved = changes !== upTo;
    if (!unsaved) forget(form);
    wait = FIRST_TRY_AGAIN;
    say(text);
  }

  function failed() {
    say(form.dataset.failed, "error");
    saveIn(wait);
    wait = Math.min(wait * 2, LAST_TRY_AGAIN);
  }

  /** The house does not take it any more; asking again would change nothing. */
  function refused() {
    unsaved = false;
    say(form.dataset.refused, "error");
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    changes += 1;
    unsaved = true;
    saveIn(PAUSE);
  });

  form.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    const large = [...event.target.files].filter((file) => file.size > Number(form.dataset.limit));
    const text = large.map((file) => `${file.name}: ${form.dataset.large}`).join(" ");
    say(text, text && "error");
  });

  // What the button sends is the whole; nothing may come after it.
  form.addEventListener("submit", (event) => {
    keep(form);
    if (!navigator.onLine) {
      event.preventDefault();
      say(form.dataset.offline, "error");
      return;
    }
    leaving = true;
    clearTimeout(timer);
    sending.abort();
  });

  addEventListener("online", () => { if (unsaved) saveIn(0); });
  addEventListener("pagehide", () => { if (unsaved) keep(form); });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (unsaved && !leaving && status.matches(".error")) event.preventDefault();
  });

  if (putBack(form)) {
    unsaved = true;
    say(form.dataset.restored, "warning");
    saveIn(PAUSE);
  }
}
