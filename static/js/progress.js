// Says how far the compiling of a report is, without counting as a person's doing. The button to
// call it off stays where it is, so that nobody loses it while using it. Once it has ended the
// page is loaded anew, with what came of it.
const EVERY = 2_000;
const shown = document.querySelector("[data-progress]");

async function renew() {
  if (document.hidden) return;
  try {
    const answer = await fetch(shown.dataset.progress, { headers: { "X-Renewal": "1" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The next time, perhaps; the link to load the page again is there all the while.
  }
}

function take(page) {
  const next = page.querySelector("[data-progress]");
  if (!next) return location.reload();
  for (const part of ["[data-words]", "progress"]) {
    const [old, fresh] = [shown, next].map((where) => where.querySelector(part));
    // A screen reader reads aloud whatever is set, also the same words again.
    if (old.textContent !== fresh.textContent) old.textContent = fresh.textContent;
    if (fresh.value !== undefined) old.value = fresh.value;
  }
}

if (shown) setInterval(renew, EVERY);
