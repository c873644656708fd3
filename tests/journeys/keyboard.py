"""A person without a mouse: Tab, Enter, Space, arrows, and what the focus looks like."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

# What sighted people see of the focus: an outline, and the focused thing itself on top.
_STOP = """async (target) => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    const it = document.activeElement;
    const area = it.getBoundingClientRect();
    const middle = [area.left + area.width / 2, area.top + Math.min(area.height, innerHeight) / 2];
    const top = document.elementFromPoint(...middle);
    const label = it.labels?.[0];
    const seen = Boolean(top) && (it.contains(top) || top.contains(it) || label?.contains(top));
    const rings = (part) => {
        const style = part && getComputedStyle(part);
        return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    };
    // Cards outline the whole label; buttons of date and time fields are outlined inside the field.
    const outlined = rings(it) || rings(it.closest("label"))
        || (["date", "time"].includes(it.type) && !it.matches(":focus-visible"));
    const name = it.id || it.getAttribute("aria-label") || it.textContent.trim().slice(0, 40);
    return {what: `${it.tagName.toLowerCase()} ${name}`, body: it === document.body,
            outlined: Boolean(outlined), seen, there: it === target};
}"""


class Keyboard:
    """Presses keys on one page and looks where the focus went."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, target: Locator, *, back: bool = False) -> None:
        """Tab until the target has the focus; each stop must show where one is."""
        expect(target).to_have_count(1)
        for _ in range(150):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            if self.check_stop(target):
                return
        raise AssertionError(f"the keyboard does not reach {target}")

    def choose(self, field: Locator, option: str) -> None:
        """Down through a list until the option is chosen."""
        self.go_to(field)
        for _ in range(100):
            if field.evaluate("it => it.selectedOptions[0].text.trim()") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keyboard does not choose {option}")

    def check_stop(self, target: Locator | None = None) -> bool:
        """Whether the target has the focus; wherever it is, that must show."""
        stop = target.evaluate(_STOP) if target else self.page.evaluate(_STOP)
        if not stop["body"]:  # that is between the end of the page and its beginning
            assert stop["outlined"], f"no outline on {stop['what']}"
            assert stop["seen"], f"hidden behind something: {stop['what']}"
        return bool(stop["there"])

    def press(self, target: Locator, key: str = "Enter", *, back: bool = False) -> None:
        self.go_to(target, back=back)
        self.page.keyboard.press(key)

    def write(self, target: Locator, text: str) -> None:
        self.go_to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        expect(target).to_have_value(text)

    def expect_focus_kept(self) -> None:
        """After a part of the page was swapped the focus is not thrown back to the start."""
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")
        where = self.page.evaluate("document.activeElement.tagName")
        assert where != "BODY", "the focus was lost when the timetable changed"
