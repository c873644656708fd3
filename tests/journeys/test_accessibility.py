"""Pages at both widths: axe, narrow screens, forced colours, no English left over."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import looks, pages
from tests.journeys.conftest import SIZES, Visit
from tests.journeys.pages import HOUR, Time

#: other looks of pages that ``test_every_page`` opens once
PUBLIC = {
    "space_of_seats": "/spaces/office/",
    "space_with_approval": "/spaces/conference/",
    "equipment": "/spaces/live-camera/",
    "programs_filtered": "/programs/?stage=open&kind=education",
    "not_found": "/no-such-page/",
    "nonsense": "/spaces/studio/?from=nonsense",
}
OFFICIALS = {
    "results_of_a_part": "/reports/?first=2026-10-01&last=2026-10-20&district=27230",
    "table_of_ones_own": "/reports/adhoc/?figures=bookings.uses&cut=space",
}
_axe = Axe()
# Without "preload" axe does not load the style sheets again, from wrong addresses.
_AXE = {"resultTypes": ["violations"], "preload": False}
# Numbers of bookings, addresses and passwords of the demo, and words that are Korean by now.
_FOREIGN = re.compile(r"[A-Za-z]{3,}")
_ALLOWED = re.compile(
    r"20\d\d-[0-9A-Z]{5}-[0-9A-Z]{5}|https?://\S+|P?[0-9A-Z]{4}-[0-9A-Z]{4}|D-DAY|MBC|\S+@\S+|center-demo-1!|English|LED|SNS|URL|ZIP|PDF|CSV|HWPX|JSON|KSIC|[\w.]+\.(kr|jpg|png|pdf)"
)
_TEXT = """() => {
    const skip = "[lang=en], script, noscript, style, meter";
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [document.title];
    while (walker.nextNode()) {
        if (!walker.currentNode.parentElement.closest(skip)) found.push(walker.currentNode.data);
    }
    for (const it of document.querySelectorAll("[alt], [aria-label], [title], [placeholder]")) {
        if (it.closest(skip)) continue;
        for (const name of ["alt", "aria-label", "title", "placeholder"]) {
            found.push(it.getAttribute(name) ?? "");
        }
    }
    return found;
}"""


def faults(page: Page, name: str) -> list[str]:
    """What is wrong with the page that is open, at every width."""
    page.wait_for_load_state()  # a click is over once the next page has only begun
    found = []
    now = page.viewport_size or {}
    # The width that is there comes first: one layout less.
    for size, (width, height) in sorted(SIZES.items(), key=lambda it: it[1][0] != now.get("width")):
        if now != {"width": width, "height": height}:
            page.set_viewport_size({"width": width, "height": height})
        found += [f"{name} ({size}): {fault}" for fault in broken_rules(page)]
    # 320 px is also a window of 640 px at 200 % and one of 1280 px at 400 %.
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > 320:
        found.append(f"{name}: scrolls sideways at 320 px ({wide} px wide)")
    page.emulate_media(forced_colors="active")
    expect(page.locator("h1")).to_be_visible()
    page.emulate_media(forced_colors="none")
    return found


def broken_rules(page: Page) -> list[str]:
    """What axe finds; its half a megabyte of script stays on the page for the next width."""
    page.wait_for_load_state()
    looks.at.append(page.url)
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe.axe_script)
    violations = page.evaluate("async (how) => (await axe.run(document, how)).violations", _AXE)
    return [
        f"{rule['id']}: {rule['help']}: {' '.join(map(str, node['target']))}"
        for rule in violations
        for node in rule["nodes"]
    ]


def expect_nothing(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def english(page: Page) -> list[str]:
    """Words in Latin letters on a Korean page."""
    page.wait_for_load_state()
    text = "\n".join(page.evaluate(_TEXT))
    return [f"English: {word}" for word in _FOREIGN.findall(_ALLOWED.sub("", text))]


@pytest.mark.parametrize("address", PUBLIC.values(), ids=PUBLIC)
def test_public_page_when_looked_at_then_faultless(visit: Visit, address: str) -> None:
    page = visit()
    page.goto(address)
    expect_nothing(faults(page, address) + english(page))


@pytest.mark.parametrize("view", ["", "&view=list"], ids=["table", "list"])
def test_space_when_chosen_then_faultless(visit: Visit, view: str) -> None:
    page = visit()
    page.goto("/spaces/")
    page.goto(f"/spaces/studio/{pages.two_hours(page)[-1].query}{view}")
    expect(page.locator("#chosen")).to_be_visible()
    expect_nothing(faults(page, "chosen") + english(page))


def test_pages_in_english_when_looked_at_then_faultless(visit: Visit) -> None:
    page = visit()
    page.goto("/language/en/")
    found = []
    for address in ("/", "/spaces/studio/", "/account/login/"):
        page.goto(address)
        found += faults(page, address)
    expect_nothing(found)


def test_pages_of_a_booking_when_looked_at_then_faultless(visit: Visit) -> None:
    page, found = visit(), list[str]()

    def look(name: str) -> None:
        found.extend(faults(page, name))
        found.extend(f"{name}: {word}" for word in english(page))

    pages.arrive_as(page, "load030@example.com")
    page.goto("/bookings/")
    look("empty list")
    page.goto(f"/spaces/studio/{pages.two_hours(page)[-1].query}")
    look("chosen, logged in")
    page.locator("#hold").evaluate("form => form.submit()")
    page.wait_for_url("**/confirm/")
    look_at_the_rest(page, look)
    expect_nothing(found)


def look_at_the_rest(page: Page, look: Callable[[str], None]) -> None:
    number = pages.reference(page)
    look("confirm")
    pages.submit(page)
    look("confirm with errors")
    pages.fill_in(page)
    pages.submit(page)
    page.wait_for_url(f"**/bookings/{number}/")
    look("detail")
    for name in ("change/", "cancel/"):
        page.goto(f"/bookings/{number}/{name}")
        look(name)
    pages.submit(page)
    page.wait_for_url(f"**/bookings/{number}/")
    look("detail, cancelled")
    page.goto("/bookings/")
    look("list")


def test_refusal_when_looked_at_then_faultless(visit: Visit) -> None:
    page = visit()
    pages.arrive_as(page, "load031@example.com")
    time = pages.two_hours(page)[-1]
    page.goto(f"/spaces/studio/{time.query}")
    night = Time(time.start.replace(hour=3), time.start.replace(hour=3) + HOUR)
    for name, value in (("start", night.start), ("end", night.end)):
        page.locator(f"#hold [name={name}]").evaluate("(it, v) => it.value = v", value.isoformat())
    with page.expect_response("**/hold/") as answer:
        page.locator("#pick button[type=submit]").click()
    assert answer.value.status == 409
    expect(page.locator("[data-code=outside_hours]")).to_be_visible()
    expect_nothing(faults(page, "refusal") + english(page))


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("newcomer@example.com", "/bookings/"),
        ("newcomer@example.com", "/spaces/studio/"),
        ("newcomer@example.com", "/merchants/me/"),
        ("merchant@example.com", "/admin/"),
    ],
    ids=["empty_list", "space_without_business", "no_business", "staff_only"],
)
def test_page_when_logged_in_then_faultless(visit: Visit, email: str, address: str) -> None:
    page = visit()
    pages.arrive_as(page, email)
    page.goto(address)
    expect_nothing(faults(page, address) + english(page))


def test_officials_pages_when_looked_at_then_faultless(visit: Visit) -> None:
    page, found = visit(), list[str]()
    pages.arrive_as(page, "official@example.com")
    for address in OFFICIALS.values():
        page.goto(address)
        found += faults(page, address) + english(page)
    expect_nothing(found)
