"""Long lists, of which axe need not see every row: it looks at forms, not at words."""

from __future__ import annotations

from playwright.sync_api import Page

#: Two rows stay of each shape: what is written may differ, though not whether anything is, and
#: no element, class, role or state. Twice the same id would go unseen then: that is said.
_ONE_OF_EACH = """() => {
    const telling = new Set(["class", "role", "type", "lang", "hidden", "scope", "tabindex"]);
    const shape = (row) => {
        const drawn = row.cloneNode(true);
        for (const it of [drawn, ...drawn.querySelectorAll("*")]) {
            for (const { name, value } of [...it.attributes]) {
                if (!telling.has(name)) it.setAttribute(name, value.trim() ? "x" : "");
            }
        }
        const texts = document.createTreeWalker(drawn, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.trim() ? "x" : "";
        return drawn.outerHTML;
    };
    const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
    const twice = [...document.querySelectorAll("#result_list [id]")]
        .map((it) => it.id).filter((id) => ids.filter((other) => other === id).length > 1);
    const seen = {};
    for (const row of document.querySelectorAll("#result_list tbody tr")) {
        const drawn = shape(row);
        seen[drawn] = (seen[drawn] ?? 0) + 1;
        if (seen[drawn] > 2) row.remove();
    }
    return twice;
}"""


def thin_out(page: Page) -> list[str]:
    """Take out of the list of the page that is open what looks like two rows above it; returns
    the ids in it that stand more than once on the page."""
    return [f"twice: #{name}" for name in page.evaluate(_ONE_OF_EACH)]
