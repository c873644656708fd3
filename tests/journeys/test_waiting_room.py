"""People wait for their turn at the form of a call; the page goes on by itself."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.test_accessibility import english, expect_nothing, faults
from tests.journeys.test_programs import LESSON, open_call

#: what the house waits for after a room was opened late, and some looks of the page
PATIENCE = 60_000


def let_in_at_once(staff: Page, people: str) -> None:
    """Staff say how many may be on the form of the lesson at once; nothing: no room."""
    staff.goto(f"/admin/programs/program/?q={LESSON}")
    staff.locator("#result_list").get_by_role("link", name=LESSON).click()
    field = staff.get_by_label("신청서를 동시에 쓰는 사람")
    if not field.is_visible():
        staff.get_by_text("접수 시작 대기실", exact=True).click()
    field.fill(people)
    staff.get_by_role("button", name="저장", exact=True).click()
    expect(staff.locator(".messagelist, .messages")).to_contain_text(LESSON)


def come(page: Page, email: str) -> None:
    pages.arrive_as(page, email)
    open_call(page, LESSON)
    page.get_by_role("link", name="신청하기", exact=True).click()


def hand_in(page: Page) -> None:
    page.get_by_label("전화").fill("010-1234-5678")
    page.get_by_role("button", name="제출하기").click()
    expect(page.get_by_role("status")).to_contain_text("접수번호")


def test_room_when_one_hands_in_then_the_next_comes_to_the_form(visit: Visit, shot: Shot) -> None:
    staff, first, second = visit(), visit("phone"), visit("phone")
    pages.arrive_as(staff, "staff@example.com")
    let_in_at_once(staff, "1")
    staff.wait_for_timeout(5000)  # each process reads the numbers anew after five seconds
    come(first, "load063@example.com")
    expect(first.get_by_role("button", name="제출하기")).to_be_visible(timeout=PATIENCE)

    come(second, "load064@example.com")
    expect(second.get_by_role("heading", name="나의 대기 순서")).to_be_visible()
    shot(second, "waiting-room")
    found = faults(second, "waiting room") + english(second)
    second.set_viewport_size({"width": 360, "height": 740})

    hand_in(first)
    expect(second.get_by_role("button", name="제출하기")).to_be_visible(timeout=PATIENCE)
    hand_in(second)
    for page in (first, second):
        page.get_by_role("link", name="신청 취소").click()
        page.get_by_role("button", name="신청 취소").click()
    let_in_at_once(staff, "")
    expect_nothing(found)
