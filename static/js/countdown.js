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
    remaining.textContent = ` (${said(left)} ${line.dataset.left})`;
    line.classList.toggle("soon", left < 120);
  }

  // 4:59, and over an hour, as of an offer made at night, 9:04:59.
  function said(left) {
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor(left / 60) % 60;
    const parts = hours ? [hours, twoDigits(minutes)] : [minutes];
    return [...parts, twoDigits(left % 60)].join(":");
  }

  function twoDigits(number) {
    return String(number).padStart(2, "0");
  }
}
