// Counts a hold down. Without this the page says until when the time is held.
const line = document.querySelector(".countdown[data-until]");

if (line) {
  const until = Date.parse(line.dataset.until);
  const remaining = line.appendChild(document.createElement("span"));
  const timer = setInterval(tick, 1000);
  tick();

  function tick() {
    const left = Math.floor((until - Date.now()) / 1000);
    if (left <= 0) {
      clearInterval(timer);
      line.setAttribute("role", "alert");
      line.classList.add("soon");
      line.textContent = line.dataset.over;
      return;
    }
    const seconds = String(left % 60).padStart(2, "0");
    remaining.textContent = ` (${Math.floor(left / 60)}:${seconds} ${line.dataset.left})`;
    line.classList.toggle("soon", left < 120);
  }
}
