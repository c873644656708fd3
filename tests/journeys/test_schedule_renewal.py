"""Pages of the operator that renew themselves, and the sheet of the day on paper."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Visit
from tests.journeys.pages import HOUR, Time
from tests.journeys.portal import Site
from tests.journeys.test_schedule import BOARD, block, grab, open_board, operator, standing

RENEWAL = "**/events.json**"
#: points of A4
A4 = (595, 842)


def test_board_when_half_a_minute_passes_then_renewed_unless_paused(visit: Visit) -> None:
    page = operator(visit)
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(BOARD)
    page.locator(".ec-row-head").first.wait_for()
    with page.expect_response(RENEWAL) as renewal:
        page.clock.run_for(30_000)
    assert renewal.value.request.headers["x-renewal"] == "1"
    page.get_by_role("button", name="새로 고침 멈춤").click()
    again = page.get_by_role("button", name="다시 새로 고침")
    expect(again).to_have_attribute("aria-pressed", "true")
    before = len(asked)
    page.clock.run_for(90_000)
    assert [url for url in asked[before:] if "events.json" in url] == []
    with page.expect_response(RENEWAL):
        again.click()


def test_board_when_offline_then_said_and_renewed_once_back(visit: Visit) -> None:
    page = operator(visit, watched=False)  # a request that does not arrive is an error there
    page.clock.install()
    page.goto(BOARD)
    page.locator(".ec-row-head").first.wait_for()
    page.context.set_offline(True)
    page.clock.run_for(30_000)
    expect(page.locator("[data-said]")).to_contain_text("새로 고치지 못했습니다")
    page.context.set_offline(False)
    with page.expect_response(RENEWAL):
        page.clock.run_for(30_000)
    expect(page.locator("[data-said]")).to_be_hidden()
    page.context.clear_cookies()  # logged out in another window
    page.clock.run_for(30_000)
    expect(page.locator("[data-said]")).to_contain_text("새로 고치지 못했습니다")


def test_board_when_dragged_back_before_it_was_renewed_then_back(visit: Visit) -> None:
    """To another row, later in it, and to where it was."""
    merchant, staff = visit(), operator(visit)
    pages.arrive_as(merchant, "load109@example.com")
    free = {it["at"]: it["free_units"] for it in pages.free_slots(merchant)}
    start = next(at for at, units in free.items() if units == free.get(at + HOUR) == 4)
    time = Time(start, start + HOUR)
    number = pages.book(merchant, time)
    before = standing(staff, number, time)
    open_board(staff, time)
    what = block(staff, number)
    with staff.expect_response(RENEWAL) as drawn:
        staff.get_by_role("button", name="새로 고침 멈춤").click()
        staff.get_by_role("button", name="다시 새로 고침").click()
    drawn_last = drawn.value.text()
    staff.route(RENEWAL, lambda route: route.fulfill(body=drawn_last))  # nothing is drawn anew
    for hours, rows in ((0, 1), (1, 0), (-1, -1)):
        grab(staff, what, hours, rows=rows)
        with staff.expect_response("**/move/") as moved:
            staff.mouse.up()
        assert moved.value.ok
    staff.unroute(RENEWAL)
    assert standing(staff, number, time) == before


def test_today_when_a_minute_passes_then_what_changed_is_there(visit: Visit, site: Site) -> None:
    page = operator(visit)
    page.clock.install()
    page.goto("/admin/")
    out_of_service = page.locator(".errands a[href*=out_of_service]")
    before = out_of_service.inner_text() if out_of_service.count() else ""
    chosen = (
        "id = (SELECT min(u.id) FROM bookings_unit u JOIN bookings_resource r"
        " ON r.id = u.resource_id WHERE u.in_service AND r.is_active AND r.category = 'studio')"
    )
    site.execute(f"UPDATE bookings_unit SET in_service = false, position = 990 WHERE {chosen}")
    try:
        with page.expect_request("**/admin/") as renewal:
            page.clock.run_for(60_000)
        assert renewal.value.headers["x-renewal"] == "1"
        expect(out_of_service).not_to_have_text(before)
    finally:
        back = "SET in_service = true, position = 0 WHERE position = 990"
        site.execute(f"UPDATE bookings_unit {back}")


def test_day_when_printed_then_a_sheet_of_paper_with_everybody_on_it(
    visit: Visit, tmp_path: Path
) -> None:
    page = operator(visit)
    day = pages.two_hours(page)[0].day
    page.goto(f"{BOARD}?day={day}")
    page.get_by_role("link", name="하루 인쇄").click()
    expect(page.get_by_role("button", name="하루 인쇄")).to_be_visible()
    names = page.locator("tr [scope=row] a").all_inner_texts()
    sheet = pypdfium2.PdfDocument(page.pdf(format="A4"))
    text = "".join(sheet[n].get_textpage().get_text_range() for n in range(len(sheet)))
    packed = "".join(text.split())
    assert names
    assert [name for name in names if "".join(name.split()) not in packed] == []
    assert "하루인쇄" not in packed  # no buttons on paper
    assert sheet[0].get_size() == pytest.approx(A4, abs=1)
    assert len(sheet) <= 1 + len(names) // 15
    assert headings_left_alone(page) == []
    picture = sheet[0].render(scale=1.5).to_pil()
    assert picture.convert("L").getextrema()[0] < 100  # something dark is on it
    picture.save(Path(os.environ.get("JOURNEY_SHOTS", tmp_path), "printed.png"))


def headings_left_alone(page: Page) -> list[str]:
    """Kinds of rooms whose name ends a sheet while their table is on the next, wherever on the
    sheet they come to stand."""
    found = []
    for millimetres in range(0, 54, 9):
        down = "mm => { document.querySelector('.schedule').style.paddingTop = `${mm}mm`; }"
        page.evaluate(down, millimetres)
        sheet = pypdfium2.PdfDocument(page.pdf(format="A4"))
        for n in range(len(sheet)):
            text = sheet[n].get_textpage().get_text_range()
            lines = [line for line in text.splitlines() if line.strip()]
            found += [line for line in lines[-2:] if re.search(r"예약 \d+건$", line.strip())]
    return found
