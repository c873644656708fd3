"""A slow tablet: a browser whose processor is slowed down, and how long its board lets a hand
wait."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

THROTTLE = 4
#: milliseconds
BOUND = 300

_BLOCKS = """() => {
    const frame = document.querySelector("[data-grid] .ec-main").getBoundingClientRect();
    const side = document.querySelector("[data-grid] .ec-sidebar").getBoundingClientRect();
    return [...document.querySelectorAll(".ec-event")].map((it) => it.getBoundingClientRect())
        .filter((it) => it.left >= side.right && it.right < frame.right && it.top > frame.top + 60
            && it.bottom < Math.min(frame.bottom, innerHeight))
        .sort((a, b) => a.top - b.top || a.left - b.left)
        .map((it) => [it.left, it.top + it.height / 2, it.width]);
}"""
Act = Callable[[Page], None]
_WATCH = """() => {
    const mine = window.watched = { longest: 0 };
    let last = performance.now();
    const tick = (now) => {
        mine.longest = Math.max(mine.longest, now - last);
        last = now;
        if (window.watched === mine) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
}"""


def slow_down(page: Page) -> None:
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})


def longest_pause(page: Page, act: Act) -> float:
    """Between two pictures while it is done, in milliseconds."""
    page.evaluate(_WATCH)
    act(page)
    return float(page.evaluate("window.watched.longest"))


def drag(page: Page) -> float:
    """The longest pause while a block is pulled about; it is let go where it was, so that
    nothing is sent."""
    longest = longest_pause(page, _pull)
    page.mouse.up()
    page.wait_for_timeout(1_000)
    return longest


def _block(page: Page, number: int) -> tuple[float, float, float]:
    """Left edge, middle line and width of a block of an hour in sight, by rows."""
    x, y, width = page.evaluate(_BLOCKS)[number]
    return x, y, width


def _pull(page: Page) -> None:
    x, y, width = _block(page, 8)
    x += width / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for n in range(1, 16):
        page.mouse.move(x + 4 * n, y + 3 * n)
        page.wait_for_timeout(30)
    page.mouse.move(x, y)


def _scroll(page: Page) -> None:
    """Through rows and days; what comes into sight is drawn."""
    page.locator("[data-grid] .ec-main").hover()
    for right, down in ((0, 400), (900, 0), (0, 400), (-900, 0), (0, -800)):
        page.mouse.wheel(right, down)
        page.wait_for_timeout(1_000)


def _choose_range(page: Page) -> None:
    """Drag over free hours behind the bookings of the first row, and leave them free."""
    x, y, hour = _block(page, 0)
    page.mouse.move(x + 6.25 * hour, y)
    page.mouse.down()
    page.mouse.move(x + 7.75 * hour, y, steps=6)
    page.mouse.up()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)


def _type(page: Page) -> None:
    page.locator("#q").press_sequentially("달구")


def _filter(page: Page) -> None:
    page.locator("#category").press("ArrowDown")
    page.wait_for_timeout(300)


def _stop(page: Page) -> None:
    page.locator("[data-pause]").click()
    page.wait_for_timeout(300)


#: whatever else is done on the board without leaving it
TOUCHES: dict[str, Act] = {
    "scrolling": _scroll,
    "choosing an empty range": _choose_range,
    "typing": _type,
    "filtering": _filter,
    "stopping the renewal": _stop,
}
