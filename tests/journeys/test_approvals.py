"""An operator answers requests and books for a caller, by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_accessibility import english, expect_nothing, faults

APPROVALS, BOOK = "/admin/approvals/", "/admin/book/"


def operator(visit: Visit, size: str = "desktop") -> Page:
    page = visit(size)
    pages.arrive_as(page, "staff@example.com")
    return page


def test_approvals_when_one_is_chosen_by_keyboard_then_not_approved(
    visit: Visit, shot: Shot
) -> None:
    page = operator(visit)
    page.goto(APPROVALS)
    shot(page, "approvals")
    found = faults(page, "approvals")
    page.set_viewport_size({"width": 360, "height": 740})
    shot(page, "approvals")
    page.set_viewport_size({"width": 1280, "height": 900})
    keyboard, waiting = Keyboard(page), page.locator("input[name=chosen]").count()
    assert waiting > 0, "the demo has requests"
    keyboard.press(page.locator("input[name=chosen]").first, "Space")
    keyboard.press(page.get_by_role("button", name="반려", exact=True))
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("input[name=chosen]").first).to_be_checked()
    found += faults(page, "approvals with errors")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("반려 사유").select_option("house_use")
    keyboard.press(page.get_by_role("button", name="반려", exact=True))
    expect(page.locator("input[name=chosen]")).to_have_count(waiting - 1)
    expect_nothing(found)


def test_book_when_a_visitor_comes_then_registered_and_booked_with_a_reason(
    visit: Visit, shot: Shot
) -> None:
    page = operator(visit)
    page.goto(BOOK)
    page.get_by_text("처음 방문한 분").click()
    found = faults(page, "book") + english(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#id_visitor-name").fill("첫손님 가게")
    page.locator("#id_visitor-phone").fill("010-2222-3333")
    page.get_by_role("button", name="등록하고 계속하기").click()
    expect(page.get_by_text("방문객: 정보 보완 필요")).to_be_visible()
    page.locator("#space").select_option("studio")
    page.get_by_role("button", name="비어 있는 시간 보기").click()
    page.get_by_label("현장 방문").check()
    page.locator("#id_start").fill("00:00")
    page.locator("#id_end").fill("01:00")
    page.locator("#id_purpose").fill("제품 사진")
    page.get_by_role("button", name="예약하기", exact=True).click()
    expect(page.locator("#errors")).to_be_visible()
    shot(page, "book")
    found += faults(page, "book refused")
    page.set_viewport_size({"width": 360, "height": 740})
    shot(page, "book")
    expect_nothing(found)
