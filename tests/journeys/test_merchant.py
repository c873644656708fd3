"""A merchant books a space with a camera, moves the booking and gives it up."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.pages import Time

RUNS = {
    "phone": ("phone", True, "load002@example.com"),
    "desktop": ("desktop", True, "load003@example.com"),
    "phone_no_script": ("phone", False, "load004@example.com"),
    "desktop_no_script": ("desktop", False, "load005@example.com"),
}


@pytest.mark.parametrize(("size", "javascript", "email"), RUNS.values(), ids=RUNS)
def test_booking_when_made_moved_and_cancelled_then_every_page_says_so(
    visit: Visit, size: str, javascript: bool, email: str, shot: Shot, tmp_path: Path
) -> None:
    page = visit(size, javascript=javascript)
    log_in_from_the_front(page, email)
    time, other = pages.two_hours(page)[-2:]
    free_before = units_at(page, time)
    choose_and_read_the_rules(page, time, shot)
    number = pages.hold(page)
    see_the_hold(page, time, shot, counts_down=javascript)
    send_the_form_too_early(page, shot)
    pages.fill_in(page)
    pages.submit(page)
    see_the_booking(page, number, time, shot)
    save_the_calendar(page, number, tmp_path)
    assert units_at(page, time) == free_before - 1
    move(page, other, shot)
    assert units_at(page, time) == free_before
    free_at_other = units_at(page, other)
    cancel(page, shot)
    assert units_at(page, other) == free_at_other + 1
    see_the_list(page, number, shot)


def log_in_from_the_front(page: Page, email: str) -> None:
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name="로그인").first.click()
    page.wait_for_url("**/account/login/**")
    pages.log_in(page, email)


def units_at(page: Page, time: Time) -> int:
    """How many rooms are free in the first of the two hours."""
    return next((s["free_units"] for s in pages.free_slots(page) if s["at"] == time.start), 0)


def choose_and_read_the_rules(page: Page, time: Time, shot: Shot) -> None:
    page.goto("/spaces/studio/")
    pages.open_day(page, time.day)
    pages.choose(page, time)
    expect(page.locator(".quota meter")).to_be_visible()
    expect(page.locator(".quota")).to_contain_text("시험 상점")
    expect(page.locator("#pick .rules li").first).to_be_visible()
    assert page.locator("#pick .rules li").count() >= 4
    expect(pages.hold_button(page)).to_be_in_viewport()
    shot(page, "space-chosen")


def see_the_hold(page: Page, time: Time, shot: Shot, *, counts_down: bool) -> None:
    expect(page.locator(".summary")).to_contain_text(time.words)
    line = page.locator(".countdown")
    expect(line).to_contain_text(":")
    if counts_down:
        expect(line).to_contain_text("(9:")
        first = line.inner_text()
        expect(line).not_to_have_text(first)
    shot(page, "confirm")


def send_the_form_too_early(page: Page, shot: Shot) -> None:
    """The page says what is missing, leads there and keeps what was typed."""
    page.locator("#id_headcount").fill("3")
    page.locator("input[value=live-camera]").check()
    pages.submit(page)
    summary = page.locator("#errors")
    expect(summary).to_be_visible()
    summary.focus()
    expect(summary).to_be_focused()
    expect(page.locator("#id_headcount")).to_have_value("3")
    expect(page.locator("input[value=live-camera]")).to_be_checked()
    shot(page, "confirm-errors")
    summary.get_by_role("link").first.click()
    expect(page).to_have_url(pages.re.compile("#id_purpose$"))
    expect(page.locator("#id_purpose")).to_have_attribute("aria-invalid", "true")


def see_the_booking(page: Page, number: str, time: Time, shot: Shot) -> None:
    page.wait_for_url(f"**/bookings/{number}/")
    expect(page.get_by_role("status")).to_contain_text("확정")
    expect(page.locator(".facts")).to_contain_text(number)
    expect(page.locator(".facts")).to_contain_text(time.words)
    expect(page.locator(".facts")).to_contain_text("현장라이브 카메라 세트")
    assert page.locator(".steps li").count() >= 3
    assert page.locator(".history li").count() >= 2
    see_the_code(page)
    shot(page, "detail")


def see_the_code(page: Page) -> None:
    code = page.locator(".qr img")
    code.scroll_into_view_if_needed()
    expect(code).to_have_js_property("complete", True)
    assert code.evaluate("image => image.naturalWidth") > 0


def save_the_calendar(page: Page, number: str, folder: Path) -> None:
    with page.expect_download() as started:
        page.get_by_role("link", name="내 달력에 담기").click()
    assert started.value.suggested_filename == f"{number}.ics"
    started.value.save_as(folder / "booking.ics")
    text = (folder / "booking.ics").read_text("utf-8")
    assert text.startswith("BEGIN:VCALENDAR")
    assert "1인 스튜디오" in text


def move(page: Page, other: Time, shot: Shot) -> None:
    page.get_by_role("link", name="시간 바꾸기").click()
    shot(page, "change")
    pages.open_day(page, other.day)
    pages.choose(page, other)
    pages.hold_button(page).click()
    page.wait_for_url(pages.re.compile(r"/bookings/[^/]+/$"))
    expect(page.locator(".facts")).to_contain_text(other.words)
    expect(page.locator(".facts")).to_contain_text("현장라이브 카메라 세트")
    shot(page, "detail-moved")


def cancel(page: Page, shot: Shot) -> None:
    page.get_by_role("link", name="예약 취소").click()
    page.get_by_role("radio").last.check()
    page.get_by_role("textbox").fill("촬영 제품이 늦게 들어옵니다.")
    shot(page, "cancel")
    pages.submit(page)
    expect(page.get_by_role("status")).to_contain_text("취소")
    expect(page.locator(".facts")).to_contain_text("촬영 제품이 늦게 들어옵니다.")
    shot(page, "detail-cancelled")


def see_the_list(page: Page, number: str, shot: Shot) -> None:
    page.get_by_role("banner").get_by_role("link", name="내 예약").first.click()
    expect(page.locator(".rows li", has_text=number)).to_contain_text("취소")
    shot(page, "bookings")


def test_booking_when_logged_in_then_four_steps_from_the_front_page(
    visit: Visit, size: str
) -> None:
    page = visit(size)
    pages.arrive_as(page, {"phone": "load006", "desktop": "load007"}[size] + "@example.com")
    page.goto("/")
    page.locator("a.card", has_text="1인 스튜디오").click()  # 1
    # Before its style sheet has come the page shows every day, also those a phone hides.
    page.wait_for_load_state()
    page.locator("#timetable a.slot:not(.on)").locator("visible=true").first.click()  # 2
    expect(page.locator("#chosen")).to_be_visible()
    pages.hold(page)  # 3
    pages.fill_in(page, camera=False)
    pages.submit(page)  # 4
    expect(page.get_by_role("status")).to_contain_text("확정")


def test_back_button_when_confirmed_then_neither_error_nor_second_booking(
    visit: Visit, size: str
) -> None:
    page = visit(size)
    pages.arrive_as(page, {"phone": "load008", "desktop": "load009"}[size] + "@example.com")
    page.goto(f"/spaces/studio/{pages.two_hours(page)[-1].query}")
    number = pages.hold(page)
    pages.submit(page)  # something is missing: the next page answers a form
    expect(page.locator("#errors")).to_be_visible()
    page.wait_for_load_state()  # and its script
    pages.fill_in(page, camera=False)
    pages.submit(page)
    page.wait_for_url(f"**/bookings/{number}/")
    page.go_back()  # the browser has no error of its own to show
    if page.url.endswith("/confirm/") and page.locator("#id_purpose").is_visible():
        pages.fill_in(page, camera=False)
        pages.submit(page)
    page.wait_for_url(f"**/bookings/{number}/")
    expect(page.locator("main .badge").first).to_contain_text("확정")
    page.goto("/bookings/")
    assert page.locator(".rows li").count() == 1
