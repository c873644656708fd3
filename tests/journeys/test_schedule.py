"""Operators at the schedule board and its table, beside merchants who book meanwhile."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys import pages
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.pages import HOUR, Time
from tests.journeys.portal import Site
from tests.journeys.test_accessibility import english, expect_nothing, faults

BOARD = "/admin/schedule/"


def operator(visit: Visit, size: str = "desktop", **options: bool) -> Page:
    page = visit(size, **options)
    pages.arrive_as(page, "staff@example.com")
    return page


@pytest.fixture
def one_studio(site: Site) -> Iterator[None]:
    """A single studio is in service, so that two who want the same hour want the same room."""
    others = "resource_id = (SELECT id FROM bookings_resource WHERE slug = 'studio') AND name > 'A'"
    site.execute(f"UPDATE bookings_unit SET in_service = false WHERE {others}")
    yield
    site.execute(f"UPDATE bookings_unit SET in_service = true WHERE {others}")


def two_times(page: Page) -> tuple[Time, Time]:
    """Two free hours of one day, two hours apart at least, so that no buffers meet."""
    by_day: dict[dt.date, list[dt.datetime]] = {}
    for slot in pages.free_slots(page):
        by_day.setdefault(slot["at"].date(), []).append(slot["at"])
    for starts in by_day.values():
        for start in starts:
            later = next((at for at in starts if at >= start + 2 * HOUR), None)
            if later:
                return Time(start, start + HOUR), Time(later, later + HOUR)
    raise AssertionError("the demo has no day with two free hours")


def before_noon(page: Page) -> Time:
    """Eleven to twelve of a day on which one is free too: whoever moves into the noon break
    between them meets a rule and no other booking."""
    free = {slot["at"] for slot in pages.free_slots(page)}
    start = next(at for at in sorted(free) if at.hour == 11 and at + 2 * HOUR in free)
    return Time(start, start + HOUR)


def block(page: Page, number: str) -> Locator:
    """The drawn booking of that number."""
    drawn = page.request.get(page.locator("[data-board]").get_attribute("data-board") or "")
    (name,) = {it["name"] for it in drawn.json()["bookings"] if it["reference"] == number}
    return page.locator(".ec-event", has_text=name).first


def open_board(page: Page, time: Time, length: str = "day") -> None:
    page.goto(f"{BOARD}?day={time.day}&category=studio&length={length}")
    page.locator(".ec-event").first.wait_for()


def grab(page: Page, what: Locator, hours: float, *, rows: int = 0, edge: bool = False) -> None:
    """Take a block of one hour, or its right ``edge``, and pull it along its row or so many
    rows down; it is let go by ``mouse.up``."""
    what.scroll_into_view_if_needed()
    box, heads = what.bounding_box(), page.locator(".ec-row-head")
    assert box
    first, second = heads.nth(0).bounding_box(), heads.nth(1).bounding_box()
    assert first
    assert second
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if edge:
        x = box["x"] + box["width"] - 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y, steps=3)
    page.mouse.move(x + hours * box["width"], y + rows * (second["y"] - first["y"]), steps=8)


def hours_between(first: Time, second: Time) -> float:
    return (second.start - first.start) / HOUR


def drawn(page: Page, time: Time) -> dict[str, Any]:
    """The board of that day, as the server says."""
    address = f"{BOARD}events.json?day={time.day}&category=studio"
    answer: dict[str, Any] = page.request.get(address).json()
    return answer


def standing(page: Page, number: str, time: Time) -> dict[str, Any]:
    """Where and when the booking is, as the server says."""
    found = [it for it in drawn(page, time)["bookings"] if it["reference"] == number]
    return dict(found[0])


def where(page: Page, number: str, time: Time) -> str:
    return str(standing(page, number, time)["start"])


@pytest.mark.usefixtures("one_studio")
def test_board_when_one_drags_and_another_books_the_target_then_one_wins(visit: Visit) -> None:
    merchant, rival = visit(), visit()
    staff = operator(visit, watched=False)  # a refusal is answered with 409
    pages.arrive_as(merchant, "load101@example.com")
    pages.arrive_as(rival, "load102@example.com")
    now, target = two_times(merchant)
    number = pages.book(merchant, now)
    rival.goto(f"/spaces/studio/{target.query}")
    open_board(staff, now)
    grab(staff, block(staff, number), hours_between(now, target))

    rival.locator("#hold").evaluate("form => setTimeout(() => form.submit())")
    staff.mouse.up()
    said = staff.locator("[data-said]")
    expect(said).to_be_visible()
    rival.wait_for_url(re.compile("/confirm/|/hold/"))

    moved = where(staff, number, now) == f"{target.start:%Y-%m-%dT%H:%M:%S}"
    if moved:
        expect(said).to_contain_text("변경되었습니다")
        expect(rival.locator("[data-code=slot_taken]")).to_be_visible()
    else:
        assert where(staff, number, now) == f"{now.start:%Y-%m-%dT%H:%M:%S}"
        expect(said).to_contain_text("그 시간에는 다른 예약이")
        rival.wait_for_url("**/confirm/")
    words = now.words if not moved else target.words
    expect(block(staff, number)).to_contain_text(words)


@pytest.mark.usefixtures("one_studio")
def test_board_when_a_rule_stands_against_it_then_back_or_a_reason(visit: Visit) -> None:
    merchant, staff = visit(), operator(visit, watched=False)
    pages.arrive_as(merchant, "load103@example.com")
    time = before_noon(merchant)
    number = pages.book(merchant, time)
    open_board(staff, time)
    noon = 1.5
    for reason in ("", "지원사업 촬영"):
        grab(staff, block(staff, number), noon)
        staff.mouse.up()
        dialog = staff.get_by_role("dialog")
        expect(dialog).to_contain_text("운영 시간")
        if reason:
            dialog.get_by_label("이유").fill(reason)
            staff.keyboard.press("Enter")
            expect(staff.locator("[data-said]")).to_contain_text("변경되었습니다")
        else:
            staff.keyboard.press("Escape")
            expect(staff.locator("[data-said]")).to_contain_text("운영 시간")
            expect(block(staff, number)).to_contain_text(time.words)
    assert where(staff, number, time)[11:16] == "12:30"


def test_board_when_two_moves_are_refused_at_once_then_each_is_asked_put_back_and_told(
    visit: Visit,
) -> None:
    staff, numbers, time = operator(visit, watched=False), [], None
    for account in ("load111@example.com", "load112@example.com"):
        merchant = visit()
        pages.arrive_as(merchant, account)
        time = time or before_noon(merchant)
        numbers.append(pages.book(merchant, time))
    assert time
    open_board(staff, time)
    found = {it["reference"]: it for it in drawn(staff, time)["bookings"]}
    names = [found[number]["name"] for number in numbers]
    sent: list[Route] = []
    staff.route("**/move/", lambda route: sent.append(route))
    for number in numbers:
        grab(staff, block(staff, number), 1.5)
        staff.mouse.up()
    staff.wait_for_timeout(500)  # both have been sent
    dialog = staff.get_by_role("dialog")
    assert len(sent) == 2
    for route in sent:  # the second answer comes while the first question is open
        route.continue_()
        expect(dialog).to_contain_text(names[0])
    for name in names:
        expect(dialog).to_contain_text(name)
        staff.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for number, name in zip(numbers, names, strict=True):
        expect(staff.locator("[data-said] p", has_text=name)).to_contain_text("운영 시간")
        expect(block(staff, number)).to_contain_text(time.words)
        assert where(staff, number, time) == iso(time.start)


def test_board_when_a_block_is_moved_twice_and_refused_twice_then_where_it_is(
    visit: Visit,
) -> None:
    merchant, staff = visit(), operator(visit, watched=False)
    pages.arrive_as(merchant, "load113@example.com")
    time = before_noon(merchant)
    number = pages.book(merchant, time)
    open_board(staff, time)
    sent: list[Route] = []
    staff.route("**/move/", lambda route: sent.append(route))
    for _ in range(2):  # into the noon break both times
        grab(staff, block(staff, number), 0.5)
        staff.mouse.up()
        staff.wait_for_timeout(500)
    for route in sent:
        route.continue_()
    dialog = staff.get_by_role("dialog")
    for _ in sent:
        expect(dialog).to_be_visible()
        staff.keyboard.press("Escape")
        staff.wait_for_timeout(300)
    assert len(sent) == 2
    expect(dialog).to_be_hidden()
    expect(block(staff, number)).to_contain_text(time.words)
    expected = block(staff, number).bounding_box()
    staff.reload()
    expect(block(staff, number)).to_contain_text(time.words)
    there = block(staff, number).bounding_box()
    assert expected
    assert there
    assert abs(expected["x"] - there["x"]) < 2


@pytest.mark.usefixtures("one_studio")
def test_board_when_the_right_edge_is_dragged_then_longer(visit: Visit) -> None:
    merchant, staff = visit(), operator(visit)
    pages.arrive_as(merchant, "load105@example.com")
    slots = pages.free_slots(merchant)
    start = next(a["at"] for a, b in pairwise(slots) if b["at"] == a["at"] + HOUR)
    time = Time(start, start + HOUR)
    number = pages.book(merchant, time)
    open_board(staff, time)
    grab(staff, block(staff, number), 1, edge=True)
    staff.mouse.up()
    expect(staff.locator("[data-said]")).to_contain_text("변경되었습니다")
    found = standing(staff, number, time)
    assert (found["start"], found["end"]) == (iso(start), iso(start + 2 * HOUR))


def iso(at: dt.datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def test_board_when_dragged_to_another_row_then_to_that_unit(visit: Visit) -> None:
    """And when let go where it was, nothing is sent."""
    merchant, staff = visit(), operator(visit)
    pages.arrive_as(merchant, "load106@example.com")
    start = next(slot["at"] for slot in pages.free_slots(merchant) if slot["free_units"] == 4)
    time = Time(start, start + HOUR)
    number = pages.book(merchant, time)
    units = [unit["id"] for unit in drawn(staff, time)["units"]]
    old = standing(staff, number, time)["unit"]
    target = units[units.index(old) + 1]
    open_board(staff, time)
    sent: list[str] = []
    staff.on("request", lambda it: sent.append(it.url) if it.method == "POST" else None)
    grab(staff, block(staff, number), 0)
    staff.mouse.up()
    grab(staff, block(staff, number), 0, rows=1)
    staff.mouse.up()
    expect(staff.locator("[data-said]")).to_contain_text("변경되었습니다")
    assert len(sent) == 1
    found = standing(staff, number, time)
    assert (found["unit"], found["start"]) == (target, iso(start))


@pytest.mark.usefixtures("one_studio")
def test_board_when_dragged_in_the_week_then_at_its_new_time(visit: Visit) -> None:
    merchant, staff = visit(), operator(visit)
    pages.arrive_as(merchant, "load107@example.com")
    now, target = two_times(merchant)
    number = pages.book(merchant, now)
    open_board(staff, now, "week")
    grab(staff, block(staff, number), hours_between(now, target))
    staff.mouse.up()
    expect(staff.locator("[data-said]")).to_contain_text("변경되었습니다")
    assert where(staff, number, now) == iso(target.start)


def test_board_when_an_empty_range_is_dragged_then_book_or_close(visit: Visit) -> None:
    page = operator(visit)
    page.goto(f"{BOARD}?category=studio")
    row = page.locator(".ec-row-head").first.bounding_box()
    assert row
    page.goto(f"{BOARD}?category=studio&day=2027-12-01")
    page.locator(".ec-row-head").first.wait_for()
    y = row["y"] + row["height"] / 2
    page.mouse.move(row["x"] + row["width"] + 60, y)
    page.mouse.down()
    page.mouse.move(row["x"] + row["width"] + 200, y, steps=6)
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2027-12-01")
    close = str(dialog.get_by_role("link", name="닫기").get_attribute("href"))
    said = re.search(r"(\d\d:\d\d) – (\d\d:\d\d)$", dialog.locator("h2").inner_text())
    assert said
    dialog.get_by_role("link", name="예약하기").click()
    page.get_by_label("상호·번호·전화번호").fill("시험 상점 142")
    page.keyboard.press("Enter")
    page.locator(".rows a").first.click()
    expect(page.locator("#day")).to_have_value("2027-12-01")
    expect(page.locator("#id_start")).to_have_value(said[1])
    expect(page.locator("#id_end")).to_have_value(said[2])
    unit = re.search(r"unit=(\d+)", close)
    assert unit
    expect(page.locator("#id_unit")).to_have_value(unit[1])
    page.goto(close)
    expect(page.get_by_label("첫날").first).to_have_value("2027-12-01")
    expect(
        page.locator(f"option[value='unit-{unit[1]}'], option[value='{unit[1]}']")
    ).to_be_attached()


@pytest.mark.parametrize("view", ["", "?length=week", "?view=table"])
def test_views_when_looked_at_then_faultless(visit: Visit, view: str) -> None:
    page = operator(visit)
    page.goto(BOARD + view)
    page.locator(".group" if "table" in view else ".ec-main").first.wait_for()
    expect_nothing(faults(page, view or "day") + english(page))


def test_today_and_a_booking_when_looked_at_then_faultless(visit: Visit) -> None:
    page = operator(visit)
    page.goto("/admin/")
    found = faults(page, "today") + english(page)
    # Not today: it may be a Sunday.
    page.goto(f"{BOARD}?view=table&day={pages.two_hours(page)[0].day}")
    page.locator("tr [scope=row] a").first.click()
    expect(page.locator(".facts")).to_be_visible()
    expect_nothing(found + faults(page, "booking") + english(page))


def test_board_when_without_script_then_the_table_is_there(visit: Visit) -> None:
    page = operator(visit, javascript=False)
    page.goto(BOARD)
    expect(page.locator("noscript .group, .group").first).to_be_visible()
    expect(page.locator("[data-board]")).to_be_hidden()


@pytest.mark.usefixtures("one_studio")  # what is free is free on the booking's own unit then
def test_table_when_only_keys_are_used_then_moved_and_cancelled(visit: Visit) -> None:
    merchant, page = visit(), operator(visit)
    pages.arrive_as(merchant, "load104@example.com")
    now, target = two_times(merchant)
    number = pages.book(merchant, now)
    page.goto(f"{BOARD}?view=table&day={now.day}&q={number}")
    keys = Keyboard(page)
    keys.go_to(page.locator("tr [scope=row] a").first)
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_be_visible()
    for name, at in (("starts", target.start), ("ends", target.end)):
        keys.go_to(page.locator(f"#move_{name}"))
        page.locator(f"#move_{name}").fill(f"{at:%H:%M}")
    keys.go_to(page.get_by_role("button", name="옮기기", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("변경되었습니다")
    keys.go_to(page.locator("tr [scope=row] a").first)
    page.keyboard.press("Enter")
    keys.go_to(page.locator("summary", has_text="대신 취소"))
    page.keyboard.press("Enter")
    keys.go_to(page.locator("#cancel_reason"))
    page.locator("#cancel_reason").select_option("asked_by_phone")
    keys.go_to(page.get_by_role("button", name="예약 취소"))
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("취소했습니다")
