// A picture that was refused because others were being drawn (429, 503), or because drawing failed
// (503), is asked for again, a few times; until then its words stand there, as without a script.
// Those of a page go one after another, so that they do not refuse each other's places again.
const AGAIN = 5_000;
const TRIES = 4;
const refused = [];
const tries = new Map();
let asked = null;

function goOn(wait) {
  const picture = refused.shift() ?? null;
  asked = picture;
  if (!picture) return;
  setTimeout(() => {
    picture.loading = "eager"; // or one that is out of sight by now would keep the others waiting
    picture.src = `${picture.src}`;
  }, wait);
}

function wasRefused(picture) {
  const tried = tries.get(picture) ?? 0;
  tries.set(picture, tried + 1);
  if (tried < TRIES) refused.push(picture);
  if (!asked || asked === picture) goOn(AGAIN);
}

for (const picture of document.querySelectorAll("img[data-again]")) {
  picture.addEventListener("error", () => wasRefused(picture));
  picture.addEventListener("load", () => { if (asked === picture) goOn(0); });
  // It may have been refused before this script came.
  if (picture.complete && picture.naturalWidth === 0 && picture.loading !== "lazy") wasRefused(picture);
}
