"""The board on a slow tablet: whatever is touched, a picture follows within 300 ms.

The time is what the browser itself measures from an input to the next picture (Event Timing,
of which INP is made); a drag and the full week of 60 units are measured by `make bench`."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.conftest import Visit
from tests.journeys.test_schedule import BOARD, operator

THROTTLE = 4
BOUND_MS = 300
#: other people's work on this machine is no slowness of the page
TRIES = 5
_WATCH = """
    new PerformanceObserver((list) => {
        for (const { interactionId, duration } of list.getEntries()) {
            if (interactionId) {
                sessionStorage.longest = Math.max(sessionStorage.longest ?? 0, duration);
            }
        }
    }).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
_STALL = """document.querySelector("h1").addEventListener("click", () => {
    const end = performance.now() + 400;
    while (performance.now() < end);
})"""
#: rules by which a drag would have every element of the board styled anew
_RESTYLED = """[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .map((rule) => rule.selectorText ?? "")
    .filter((words) => /ec-(dragging|resizing)\\S* \\*/.test(words))"""
Act = Callable[[Page], None]


def test_board_when_the_tablet_is_slow_then_every_touch_is_answered_soon(visit: Visit) -> None:
    page = operator(visit)
    page.add_init_script(_WATCH)
    open_week(page)
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
    acts: dict[str, Act] = {
        "search": lambda page: page.locator("#q").press_sequentially("달구"),
        "filter": lambda page: page.locator("#category").press("ArrowDown"),
        "pause": lambda page: page.locator("[data-pause]").click(),
        "show": lambda page: page.locator(".bar form button").click(),
        "next week": lambda page: page.locator("a[rel=next]").click(),
        "block": lambda page: page.locator(".ec-event:visible").first.click(),
    }
    assert {name: ms for name, act in acts.items() if (ms := soonest(page, act)) > BOUND_MS} == {}
    open_week(page)
    assert page.evaluate(_RESTYLED) == []
    page.evaluate(_STALL)  # what is slow is seen
    assert reaction(page, lambda page: page.locator("h1").click()) > BOUND_MS


def open_week(page: Page) -> None:
    page.goto(f"{BOARD}?length=week")
    page.locator(".ec-event").first.wait_for()


def soonest(page: Page, act: Act) -> float:
    """The shortest of a few reactions in milliseconds; the first that is short enough will do."""
    found = []
    for _ in range(TRIES):
        if not page.locator("[data-board] .ec-event").count():
            open_week(page)
        found.append(reaction(page, act))
        if found[-1] <= BOUND_MS:
            break
    return min(found)


def reaction(page: Page, act: Act) -> float:
    """The longest time from an input of this act to the next picture."""
    page.evaluate("sessionStorage.longest = 0")
    act(page)
    page.wait_for_timeout(500)
    page.wait_for_load_state()
    return float(page.evaluate("sessionStorage.longest"))
