// Fetches the codes anew before they change. Without this the page loads itself again.
const part = document.querySelector("[data-source]");
const lost = document.getElementById("lost");
const pause = Math.max(2, Number(part.dataset.every) / 2) * 1000;

async function renew() {
  try {
    const answer = await fetch(part.dataset.source, { redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    part.innerHTML = await answer.text();
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
}

setInterval(renew, pause);
