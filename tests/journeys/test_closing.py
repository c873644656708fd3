"""An operator closes a day over bookings; a merchant and staff look after regular use; the
manager previews a rule."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from center import business_days, clock
from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_accessibility import broken_rules, english, expect_nothing, faults

ADD = "/admin/bookings/closure/add/"


def logged_in(visit: Visit, email: str, size: str = "desktop", **options: bool) -> Page:
    page = visit(size, **options)
    pages.arrive_as(page, email)
    return page


def a_day(ahead: int) -> dt.date:
    """A business day so many business days ahead: the demo's seats are booked on it."""
    return business_days.BusinessDays().add(clock.today(), ahead)


def close(page: Page, day: dt.date, place: str = "공유 오피스 전체") -> None:
    """Fill in the form for a whole day, up to the question."""
    page.goto(ADD)
    page.get_by_label("닫는 곳").select_option(label=place)
    page.get_by_label("첫날").first.fill(day.isoformat())
    page.get_by_label("사유").fill("정기 점검")
    page.get_by_role("button", name="닫기", exact=True).click()
    expect(page.locator("h1")).to_be_visible()


def stranded(page: Page) -> list[Locator]:
    """The question about each booking."""
    return page.locator("fieldset[id^=choice_]").all()


def state_of(page: Page, number: str) -> str:
    page.goto(f"/admin/bookings/booking/?q={number}")
    return page.locator("#result_list .field-standing").inner_text()


def number_of(question: Locator) -> str:
    return question.locator(".number").inner_text()


def test_day_when_closed_over_bookings_then_one_moved_one_cancelled_one_kept(
    visit: Visit, shot: Shot
) -> None:
    page, day = logged_in(visit, "staff@example.com"), a_day(3)
    close(page, day)
    shot(page, "settling")
    questions = stranded(page)
    assert len(questions) >= 3, "the demo has too few bookings"
    moved, cancelled, kept = (number_of(question) for question in questions[:3])
    expect(questions[0].get_by_role("radio").first).to_be_checked()  # as proposed
    questions[1].get_by_label("취소하기").check()
    questions[2].get_by_label("그대로 두기").check()
    page.get_by_label("사업체에 보내는 말").fill("전기 공사가 있습니다.")
    page.get_by_role("button", name="모두 처리하기").click()
    page.wait_for_url("**/admin/bookings/closure/")
    expect(page.locator(".messages, .messagelist")).to_contain_text("취소 1건")
    assert state_of(page, cancelled) == "취소"
    assert f"{day.month}. {day.day}." not in page_row(page, moved)
    assert f"{day.month}. {day.day}." in page_row(page, kept)


def page_row(page: Page, number: str) -> str:
    page.goto(f"/admin/bookings/booking/?q={number}")
    return page.locator("#result_list .field-when").inner_text()


def test_day_when_closed_by_keyboard_then_no_mouse_is_needed(visit: Visit) -> None:
    page = logged_in(visit, "staff@example.com")
    page.goto(ADD)
    keys = Keyboard(page)
    keys.choose(page.get_by_label("닫는 곳"), "녹음실 2")
    keys.press(page.get_by_role("button", name="내일 하루"))
    expect(page.get_by_label("첫날").first).to_have_value((clock.today() + clock.DAY).isoformat())
    keys.write(page.get_by_label("사유"), "음향 점검")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if page.get_by_role("button", name="모두 처리하기").count():
        keys.press(page.get_by_role("button", name="모두 처리하기"))
    page.wait_for_url("**/admin/bookings/closure/")
    expect(page.locator("#result_list")).to_contain_text("음향 점검")


def test_closing_pages_when_looked_at_then_faultless(visit: Visit, shot: Shot, size: str) -> None:
    page = logged_in(visit, "staff@example.com", size)
    page.goto(ADD)
    shot(page, "close")
    found = faults(page, "close") + english(page)
    page.get_by_role("button", name="닫기", exact=True).click()
    expect(page.locator("#errors")).to_be_visible()
    found += faults(page, "close with errors")
    resize(page, size)
    close(page, a_day(6))
    shot(page, "settling")
    found += faults(page, "settling") + english(page)
    page.goto("/admin/holidays/")
    resize(page, size)
    shot(page, "holidays")
    expect_nothing(found + faults(page, "holidays") + english(page))


def resize(page: Page, size: str) -> None:
    width = {"phone": 360, "desktop": 1280}[size]
    page.set_viewport_size({"width": width, "height": 900})


@pytest.mark.parametrize(
    ("size", "javascript", "email"),
    [
        ("phone", True, "load023@example.com"),
        ("phone", False, "load022@example.com"),
        ("desktop", True, "load021@example.com"),
        ("desktop", False, "load020@example.com"),
    ],
)
def test_regular_use_when_planned_by_a_merchant_then_booked_and_ended(
    visit: Visit, shot: Shot, size: str, javascript: bool, email: str
) -> None:
    page = logged_in(visit, email, size, javascript=javascript)
    first = a_day(8)
    page.goto("/bookings/series/")
    page.get_by_role("link", name=re.compile("정기 이용 계획하기")).click()
    page.locator(f"input[name=weekdays][value='{first.weekday()}']").check()
    page.get_by_label("첫날").fill(first.isoformat())
    page.get_by_label("마지막 날").fill((first + 7 * clock.DAY).isoformat())
    page.get_by_label("시작").fill("10:00")
    page.get_by_label("끝", exact=True).fill("11:00")
    page.locator("#id_purpose").fill("주간 포장")
    shot(page, "series_new")
    found = broken_rules(page) if javascript else []
    page.get_by_role("button", name="날짜 보기").click()
    expect(page.locator("#days")).to_be_visible()
    shot(page, "series_preview")
    found += broken_rules(page) if javascript else []
    page.get_by_role("button", name="선택한 날짜 예약하기").click()
    expect(page.locator(".messages")).to_contain_text("예약했습니다")
    shot(page, "series")
    found += faults(page, "series") + english(page) if javascript else []
    page.locator("input[name=date]").first.check()
    page.get_by_label("남은 날짜 모두").check()
    page.get_by_role("button", name="이 날짜들 취소하기").click()
    expect(page.locator("#sure")).to_be_visible()  # what goes is shown before it goes
    shot(page, "series_sure")
    found += faults(page, "series sure") if javascript else []
    page.get_by_role("button", name="이 날짜들 취소하기").click()
    expect(page.locator("main")).to_contain_text("끝남")
    expect_nothing(found)


def test_regular_use_when_staff_look_then_faultless(visit: Visit, shot: Shot, size: str) -> None:
    page = logged_in(visit, "staff@example.com", size)
    page.goto("/admin/series/?q=달구벌")
    shot(page, "staff_series")
    found = faults(page, "series") + english(page)
    page.goto("/admin/series/?q=달구벌")
    page.get_by_role("link", name="달구벌 수제청").first.click()
    resize(page, size)
    shot(page, "staff_series_new")
    found += faults(page, "series new") + english(page)
    page.goto("/admin/series/")
    page.locator("table.data a").last.click()
    resize(page, size)
    shot(page, "staff_series_one")
    expect_nothing(found + faults(page, "one series") + english(page))


def test_rule_when_previewed_then_counts_and_nothing_saved(
    visit: Visit, shot: Shot, size: str
) -> None:
    page = logged_in(visit, "manager@example.com", size)
    page.goto("/admin/bookings/policy/add/")
    page.locator("#id_category").select_option("studio")
    page.locator("#id_valid_from").fill(clock.today().isoformat())
    page.locator("#id_max_minutes").fill("60")
    page.get_by_role("button", name="지난달에 거절되었을 예약 보기").click()
    expect(page.locator("#preview")).to_contain_text("거절되었을")
    page.locator("#preview summary").first.click()
    shot(page, "rule_preview")
    expect(page.locator("#id_max_minutes")).to_have_value("60")
    expect_nothing(broken_rules(page) + english(page))
