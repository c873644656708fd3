// Looks again without loading the page anew, so that nothing jumps and a screen reader hears
// the number only when it has changed. Without a script the page reloads itself.
let room = document.getElementById("room");
const said = document.getElementById("room-said");
let count = words();
plan(Number(room.dataset.pause));

function plan(seconds) {
  setTimeout(look, seconds * 1000);
}

function words() {
  return room.querySelector(".room").textContent.replace(/\s+/g, " ").trim();
}

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    plan(Number(room.dataset.pause)); // no network just now: the number stays
  }
}

function take(page) {
  const next = page.getElementById("room");
  if (!next) {
    plan(Number(room.dataset.pause));
    return;
  }
  if (!next.dataset.pause) {
    // Nothing is left to wait for.
    room.replaceWith((room = document.adoptNode(next)));
    document.title = page.title;
    said.textContent = words();
    return;
  }
  // Only the part that changes: the focus stays where it is.
  room.querySelector(".room").replaceWith(document.adoptNode(next.querySelector(".room")));
  room.dataset.pause = next.dataset.pause;
  document.title = page.title;
  const now = words();
  if (now !== count) {
    said.textContent = count = now;
  }
  plan(Number(room.dataset.pause));
}
