// Keeps what is typed into an application as it is typed: a moment after the last change the
// form goes to the server, without its files, which the button sends. Without this the button
// Save draft does the same.
const PAUSE = 1500;

for (const form of document.querySelectorAll("form.application")) {
  const status = form.querySelector("[data-saved]");
  let timer = 0;
  let leaving = false;
  let sending = new AbortController();

  const say = (text) => { status.textContent = text; };

  async function save() {
    if (leaving) return;
    const data = new FormData(form);
    for (const [name, value] of [...data]) {
      if (value instanceof File) data.delete(name);
    }
    data.set("do", "auto");
    say(form.dataset.saving);
    sending.abort(); // what was typed later holds all of it
    sending = new AbortController();
    const { signal } = sending;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "error", signal });
      say(answer.ok ? await answer.text() : form.dataset.failed);
    } catch {
      if (!signal.aborted) say(form.dataset.failed);
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });

  form.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    const large = [...event.target.files].filter((file) => file.size > Number(form.dataset.limit));
    say(large.map((file) => `${file.name}: ${form.dataset.large}`).join(" "));
  });

  // What the button sends is the whole; nothing may come after it.
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    sending.abort();
  });
  addEventListener("pageshow", () => { leaving = false; });
}
