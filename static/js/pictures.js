// A chart that was refused because others were being drawn (429), or because drawing failed (503),
// is asked for again, a few times; until then its words and the table stand there, as without a
// script.
const AGAIN = 5_000;
const TRIES = 4;

for (const picture of document.querySelectorAll(".chart img")) {
  let tries = 0;
  const askAgain = () => {
    if (tries++ < TRIES) setTimeout(() => { picture.src = `${picture.src}`; }, AGAIN);
  };
  picture.addEventListener("error", askAgain);
  // It may have been refused before this script came.
  if (picture.complete && picture.naturalWidth === 0 && picture.loading !== "lazy") askAgain();
}
