"""Staff book for a business by keyboard alone; what was typed outlives the choice of a time."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys import pages
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_accessibility import broken_rules, english, expect_nothing


def test_book_when_only_keys_are_used_then_the_typing_stays_and_the_booking_is_made(
    visit: Visit,
) -> None:
    page = visit()
    keys = Keyboard(page)
    pages.arrive_as(page, "staff@example.com")
    day = pages.two_hours(page)[-1].day
    page.goto("/admin/book/")
    keys.write(page.get_by_label("상호·번호·전화번호"), "시험 상점 140")
    page.keyboard.press("Enter")
    found = page.locator(".rows a").first
    keys.press(found)
    page.wait_for_url("**business=**")
    page.goto(f"{page.url}&space=studio&day={day}")
    expect_nothing(broken_rules(page) + english(page))
    keys.write(page.get_by_label("이용 목적"), "전화로 부탁받은 촬영")
    free = page.locator("button[data-start]").last
    start = str(free.get_attribute("data-start"))
    keys.press(free, back=True)
    expect(page.locator("#id_start")).to_be_focused()
    expect(page.locator("#id_start")).to_have_value(start)
    expect(page.get_by_label("이용 목적")).to_have_value("전화로 부탁받은 촬영")
    keys.press(page.get_by_role("button", name="예약하기"))
    page.wait_for_url("**/admin/schedule/*-*/**")
    expect(page.locator(".facts")).to_contain_text("전화로 부탁받은 촬영")


def test_book_when_the_day_changes_without_script_then_the_typing_stays(visit: Visit) -> None:
    page = visit(javascript=False)
    pages.arrive_as(page, "staff@example.com")
    other = pages.two_hours(page)[-1].day
    page.goto("/admin/book/?q=시험 상점 141")
    page.locator(".rows a").first.click()
    page.get_by_label("이용 목적").fill("전화로 부탁받은 촬영")
    page.get_by_label("이용자").fill("김대신")
    page.locator("#day").fill(other)
    page.get_by_role("button", name="비어 있는 시간 보기").click()
    taken = page.locator("button[data-start]").last
    start = str(taken.get_attribute("data-start"))
    taken.click()
    expect(page.locator("#id_start")).to_have_value(start)
    expect(page.locator("#day")).to_have_value(other)
    expect(page.get_by_label("이용 목적")).to_have_value("전화로 부탁받은 촬영")
    page.get_by_role("button", name="예약하기", exact=True).click()
    expect(page.locator(".facts")).to_contain_text("전화로 부탁받은 촬영")
    expect(page.locator(".facts")).to_contain_text("김대신")
