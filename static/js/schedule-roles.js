// The library writes roles of a table that its elements do not make up, which a screen reader
// would stumble over. Without them its blocks are plain words; the keyboard and the screen
// reader have the table, where everything the board does can be done as well.
const TOLD = ["role", "tabindex", "aria-selected", "aria-expanded", "aria-rowindex", "aria-colindex", "aria-colspan", "aria-rowspan", "aria-label"];

function plain(element) {
  for (const name of TOLD) element.removeAttribute(name);
}

// What scrolls is reached by the keyboard, and says what it is.
function scrolls(element, name) {
  element.tabIndex = 0;
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", name);
}

export function keepPlain(grid, name) {
  const look = (root) => {
    for (const it of [root, ...root.querySelectorAll("[role], [tabindex]")]) plain(it);
    const main = root.matches(".ec-main") ? root : root.querySelector(".ec-main");
    if (main) scrolls(main, name);
  };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) look(node);
    }
  }).observe(grid, { childList: true, subtree: true });
}
