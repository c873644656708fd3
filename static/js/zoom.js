// Papers larger, smaller and turned, in place. Without this a paper opens large as a picture.
const LEAST = 0.5;
const MOST = 6;
const SHARPER = 1.4; // from here on the large picture is loaded

for (const viewer of document.querySelectorAll("[data-zoom]")) {
  const pane = viewer.querySelector("[data-zoom-pane]");
  const sheets = [...viewer.querySelectorAll(".sheet")];
  let scale = 1;

  if (sheets.length) viewer.querySelector("[data-zoom-tools]").hidden = false;

  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const sheet = event.target.closest(".sheet");
    if (button?.dataset.zoomBy) zoom(scale * Number(button.dataset.zoomBy));
    else if (button?.dataset.zoomTo) zoom(Number(button.dataset.zoomTo));
    else if (button && "turn" in button.dataset) turn(inView());
    else if (sheet && !event.ctrlKey && !event.metaKey && event.detail) {
      event.preventDefault(); // a click; the keyboard still follows the link
      zoom(scale > 1 ? 1 : 2, event);
    }
  });

  pane.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(scale * (event.deltaY < 0 ? 1.15 : 1 / 1.15), event);
  }, { passive: false });

  // The point under the pointer, or the middle, stays where it is.
  function zoom(wanted, at) {
    const before = scale;
    const frame = pane.getBoundingClientRect();
    const x = at ? at.clientX - frame.left : frame.width / 2;
    const y = at ? at.clientY - frame.top : frame.height / 2;
    scale = Math.min(MOST, Math.max(LEAST, wanted));
    if (Math.abs(scale - 1) < 0.05) scale = 1;
    for (const sheet of sheets) {
      sheet.style.width = `${scale * 100}%`;
      const picture = sheet.firstElementChild;
      if (scale >= SHARPER && picture.dataset.large) {
        picture.src = picture.dataset.large;
        delete picture.dataset.large;
      }
    }
    const grown = scale / before;
    pane.scrollLeft = (pane.scrollLeft + x) * grown - x;
    pane.scrollTop = (pane.scrollTop + y) * grown - y;
  }

  function inView() {
    const middle = pane.getBoundingClientRect().top + pane.clientHeight / 2;
    const away = (sheet) => {
      const area = sheet.getBoundingClientRect();
      return area.top > middle ? area.top - middle : Math.max(0, middle - area.bottom);
    };
    return sheets.reduce((best, sheet) => (away(sheet) < away(best) ? sheet : best), sheets[0]);
  }

  function turn(sheet) {
    if (!sheet) return;
    const picture = sheet.firstElementChild;
    const degrees = (Number(sheet.dataset.degrees ?? 0) + 90) % 360;
    const lies = degrees % 180 === 90;
    const { naturalWidth: wide, naturalHeight: high } = picture;
    sheet.dataset.degrees = degrees;
    sheet.classList.toggle("turned", degrees !== 0);
    sheet.style.aspectRatio = degrees === 0 ? "" : lies ? `${high} / ${wide}` : `${wide} / ${high}`;
    picture.style.width = lies ? `${(100 * wide) / high}%` : "";
    picture.style.transform = degrees === 0 ? "" : `translate(-50%, -50%) rotate(${degrees}deg)`;
  }
}
