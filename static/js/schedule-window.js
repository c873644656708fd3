// Which part of the board is in sight. Only its bookings are drawn: a week of sixty units
// has two thousand, and the library looks at every one it has at each move of a drag.
const ROWS_AROUND = 2;
const ROWS_AT_FIRST = 20;
const DAYS_AT_FIRST = 3;

function inSight(grid, data, day) {
  const main = grid.querySelector(".ec-main");
  const heads = main?.querySelectorAll(".ec-row-head") ?? [];
  if (!heads.length) {
    const from = Math.max(0, data.days.indexOf(day));
    return { rows: [0, ROWS_AT_FIRST], days: [from, from + DAYS_AT_FIRST] };
  }
  const first = heads[0].getBoundingClientRect();
  const last = heads[heads.length - 1].getBoundingClientRect();
  const frame = main.getBoundingClientRect();
  const height = (last.bottom - first.top) / heads.length;
  const top = Math.max(frame.top, 0) - first.top;
  const bottom = Math.min(frame.bottom, window.innerHeight) - first.top;
  const width = (main.scrollWidth - first.width) / data.days.length;
  return {
    rows: [Math.floor(top / height) - ROWS_AROUND, Math.ceil(bottom / height) + ROWS_AROUND],
    days: [
      Math.floor(main.scrollLeft / width),
      Math.floor((main.scrollLeft + frame.width - first.width) / width) + 1,
    ],
  };
}

// The bookings and closures of what is in sight, the latter for its units alone.
export function drawn(grid, data, day) {
  const { rows, days } = inSight(grid, data, day);
  const units = new Set(data.units.slice(Math.max(0, rows[0]), rows[1]).map((unit) => unit.id));
  const dates = data.days.slice(days[0], days[1]);
  const [from, until] = [dates[0] ?? "", `${dates[dates.length - 1] ?? ""}T24`];
  const now = (it) => it.start < until && it.end > from;
  return {
    bookings: data.bookings.filter((it) => units.has(it.unit) && now(it)),
    closures: data.closures
      .map((it, number) => ({ ...it, number, units: it.units.filter((unit) => units.has(unit)) }))
      .filter((it) => now(it) && it.units.length),
  };
}

// Calls back a moment after whatever scrolls has come to rest.
export function whenScrolled(grid, call) {
  let waiting;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(call, 80);
  };
  grid.addEventListener("scroll", later, { capture: true, passive: true });
  for (const name of ["scroll", "resize"]) window.addEventListener(name, later, { passive: true });
}
