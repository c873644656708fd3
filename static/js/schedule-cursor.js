// The library gives everything on the board a cursor of its own while a block is dragged or
// lengthened, so that the browser styles each of two thousand elements anew when a hand takes
// hold and when it lets go: a third of that moment's work. What is dragged is under the hand
// and has its cursor by our own style.
const WHILE_DRAGGED = /\.ec-(dragging|resizing-[xy]) \*/;

export function keepCursors() {
  for (const sheet of document.styleSheets) {
    for (let at = sheet.cssRules.length - 1; at >= 0; at -= 1) {
      if (WHILE_DRAGGED.test(sheet.cssRules[at].selectorText)) sheet.deleteRule(at);
    }
  }
}
