// Finds an address by a word and fills it in. Without this it is typed by hand.
// The list is taken out of the page that also works alone.
const box = document.getElementById("address-search");

if (box) {
  const keyword = box.querySelector("input");
  const said = box.querySelector("[role=status]");
  const results = box.querySelector("[data-results]");
  let running = null;

  box.hidden = false;
  box.querySelector("button").addEventListener("click", search);
  results.addEventListener("click", choose);
  keyword.addEventListener("keydown", (event) => {
    // Enter ends a Korean syllable first; and it must never send the form around the search.
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      search();
    }
  });

  async function search() {
    const word = keyword.value.trim();
    if (!word) {
      keyword.focus();
      return;
    }
    running?.abort();
    const mine = running = new AbortController();
    said.textContent = box.dataset.searching;
    const list = await ask(word, mine.signal);
    if (mine === running) {
      results.replaceChildren(...(list?.matches("ul") ? [list] : []));
      said.textContent = list?.dataset.summary ?? box.dataset.trouble;
    }
  }

  // The list of the page, with its buttons; null if there is none, for whatever reason.
  async function ask(word, signal) {
    try {
      const response = await fetch(`${box.dataset.url}?q=${encodeURIComponent(word)}`, { signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const list = response.ok ? page.getElementById("found") : null;
      list?.querySelectorAll("button").forEach((button) => { button.hidden = false; });
      return list;
    } catch {
      return null;
    }
  }

  function choose(event) {
    const button = event.target.closest("button[data-address]");
    if (!button) return;
    const field = document.getElementById("id_address");
    field.value = button.dataset.address;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    said.textContent = chooseDistrict(button.dataset.district) ? box.dataset.filled : box.dataset.partly;
    results.replaceChildren();
    const folded = field.closest("details");
    if (folded) folded.open = true;
    field.focus();
  }

  // Whether the form offers that district and has it now.
  function chooseDistrict(code) {
    const select = document.getElementById("id_district");
    // district.js, where it runs, brings in the 시·도 of the code.
    select.dispatchEvent(new CustomEvent("reveal", { detail: code }));
    const offered = Boolean(code) && [...select.options].some((option) => option.value === code);
    if (offered) {
      select.value = code;
      select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return offered;
  }
}
