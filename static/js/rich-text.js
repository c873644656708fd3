// Lets staff write the description of a call as it will look, instead of as HTML. The text area
// stays what is sent, and is all there is without this; the server cleans either way.
const TOOLS = [
  ["H", "h2", () => document.execCommand("formatBlock", false, "h2")],
  ["¶", "p", () => document.execCommand("formatBlock", false, "p")],
  ["B", "b", () => document.execCommand("bold")],
  ["•", "ul", () => document.execCommand("insertUnorderedList")],
  ["1.", "ol", () => document.execCommand("insertOrderedList")],
];
const WORDS = {
  ko: { h2: "제목", p: "본문", b: "굵게", ul: "목록", ol: "번호 목록", raw: "HTML" },
  en: { h2: "Heading", p: "Paragraph", b: "Bold", ul: "List", ol: "Numbered list", raw: "HTML" },
};
const words = WORDS[document.documentElement.lang.slice(0, 2)] ?? WORDS.en;

function button(text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.title = label;
  made.setAttribute("aria-label", label);
  // The selection stays where it is.
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", act);
  return made;
}

// Parsed apart from the page, where nothing of it runs, and only what is plain is taken over.
const PLAIN = new Set("P BR H2 H3 UL OL LI STRONG B EM I A BLOCKQUOTE TABLE THEAD TBODY TR TH TD".split(" "));

function plain(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.textContent);
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    if (!PLAIN.has(node.tagName)) { plain(node, to); continue; }
    const made = document.createElement(node.tagName);
    const link = node.getAttribute("href");
    if (node.tagName === "A" && link && /^(https?:|mailto:|tel:)/i.test(link)) made.setAttribute("href", link);
    plain(node, made);
    to.append(made);
  }
}

for (const area of document.querySelectorAll("textarea[data-rich]")) {
  const sheet = document.createElement("div");
  sheet.className = "rich-edit";
  sheet.contentEditable = "true";
  sheet.setAttribute("role", "textbox");
  sheet.setAttribute("aria-multiline", "true");
  const label = document.querySelector(`label[for="${area.id}"]`);
  if (label) sheet.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));

  const read = () => {
    sheet.replaceChildren();
    plain(new DOMParser().parseFromString(area.value, "text/html").body, sheet);
  };
  const bar = document.createElement("div");
  bar.className = "rich-tools";
  for (const [text, name, act] of TOOLS) bar.append(button(text, words[name], () => { sheet.focus(); act(); }));
  bar.append(button("HTML", words.raw, () => {
    area.hidden = !area.hidden;
    sheet.hidden = !area.hidden;
    if (area.hidden) read();
  }));

  sheet.addEventListener("input", () => { area.value = sheet.innerHTML; });
  sheet.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  read();
  area.hidden = true;
  const whole = document.createElement("div");
  whole.className = "rich";
  area.replaceWith(whole);
  whole.append(bar, sheet, area);
}
