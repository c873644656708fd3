"""Two browsers press a button at the same moment: one has its way, the other reads why not."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict

from playwright.sync_api import Locator, Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Visit
from tests.journeys.pages import HOUR, Time

APPROVALS, CLOSE = "/admin/approvals/", "/admin/bookings/closure/add/"
ROOMS = 2


def at_once(*buttons: Locator) -> None:
    """Pressed by timers of the browsers, so that nobody waits for an answer before the other."""
    for button in buttons:
        button.evaluate("button => setTimeout(() => button.click(), 50)")


def arrive(visit: Visit, email: str) -> Page:
    page = visit(watched=False)  # who is refused is answered with 409
    pages.arrive_as(page, email)
    return page


def test_request_when_one_approves_and_one_rejects_then_the_other_reads_the_decision(
    visit: Visit,
) -> None:
    first, second = arrive(visit, "staff@example.com"), arrive(visit, "manager@example.com")
    for page in (first, second):
        page.goto(APPROVALS)
        page.locator("input[name=chosen]").last.check()
    number = first.locator("tbody tr").last.locator(".number").inner_text()
    expect(second.locator("tbody tr").last).to_contain_text(number)
    second.get_by_label("반려 사유").select_option("house_use")
    at_once(first.locator("button[value=approve]"), second.locator("button[value=reject]"))
    for page in (first, second):
        page.wait_for_load_state()
        expect(page.locator(".messages, #errors").first).to_be_visible()
    approved = not first.locator("#errors").count()
    assert approved is bool(second.locator("#errors").count()), "both or neither had their way"
    loser, stands = (second, "예약 확정") if approved else (first, "반려")
    expect(loser.locator("#errors")).to_contain_text(number)
    expect(loser.locator("#errors")).to_contain_text(stands)
    first.goto(f"/admin/schedule/{number}/")
    expect(first.locator("main")).to_contain_text(stands)


def an_empty_day(page: Page) -> Time:
    """The first hour of a day on which nobody has booked a recording room."""
    days: dict[dt.date, list[tuple[dt.datetime, int]]] = defaultdict(list)
    for slot in pages.free_slots(page, "recording"):
        days[slot["at"].date()].append((slot["at"], slot["free_units"]))
    whole = max(len(slots) for slots in days.values())
    for slots in days.values():
        if len(slots) == whole and all(free == ROOMS for _at, free in slots):
            return Time(slots[0][0], slots[0][0] + HOUR)
    raise AssertionError("the demo has no empty day")


def test_day_when_closed_while_a_merchant_books_then_one_sees_the_other(visit: Visit) -> None:
    staff, merchant = arrive(visit, "staff@example.com"), arrive(visit, "load108@example.com")
    time = an_empty_day(merchant)
    merchant.goto(f"/spaces/recording/{time.query}")
    staff.goto(CLOSE)
    staff.get_by_label("닫는 곳").select_option(label="녹음실 전체")
    staff.get_by_label("첫날").first.fill(time.day)
    staff.get_by_label("사유").fill("정기 점검")
    closes = staff.get_by_role("button", name="닫기", exact=True)
    at_once(closes, pages.hold_button(merchant))
    merchant.wait_for_url(re.compile("/confirm/|/hold/"))
    question = staff.locator("fieldset[id^=choice_]")
    if "/confirm/" in merchant.url:
        expect(question).to_have_count(1)
        expect(question).to_contain_text(pages.reference(merchant))
    else:
        staff.wait_for_url("**/admin/bookings/closure/")
        expect(merchant.locator("[data-code]").first).to_be_visible()
        codes = {it.get_attribute("data-code") for it in merchant.locator("[data-code]").all()}
        assert codes <= {"closed", "outside_hours", "slot_taken"}
