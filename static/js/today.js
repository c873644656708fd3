// Renews the first page of the admin each minute, part by part, without counting as a person's
// doing. What somebody is just using stays as it is until the next time.
const EVERY = 60_000;
const said = document.querySelector("[data-renewing]");

async function renew() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Renewal": "1" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    say(said.dataset.fresh);
  } catch {
    say(said.dataset.lost);
  }
}

// A screen reader reads aloud whatever is set, also the same words again.
function say(words) {
  if (said.textContent !== words) said.textContent = words;
}

function take(page) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const next = page.querySelector(`[data-part="${part.dataset.part}"]`);
    const isUsed = part.contains(document.activeElement);
    if (next && !isUsed && next.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(next));
  }
}

said.hidden = false;
document.addEventListener("visibilitychange", renew);
setInterval(renew, EVERY);
