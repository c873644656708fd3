"""The whole way of a merchant by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys import pages
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.pages import HOUR, Time


@pytest.mark.parametrize("address", ["/", "/spaces/", "/spaces/studio/", "/guide/"])
def test_skip_link_when_pressed_then_the_content_is_next(visit: Visit, address: str) -> None:
    page = visit("phone")
    page.goto(address)
    keys = Keyboard(page)
    page.keyboard.press("Tab")
    keys.check_stop()
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('header')")


def test_booking_when_only_keys_are_used_then_made_moved_and_cancelled(
    visit: Visit, size: str
) -> None:
    page = visit(size)
    keys = Keyboard(page)
    log_in(keys, {"phone": "load024", "desktop": "load025"}[size] + "@example.com")
    time, other = pages.two_hours(page)[-2:]
    to_the_studio(keys)
    to_the_week(keys, time)
    choose(keys, time)
    if not pages.is_phone(page):
        past_the_rest_of_the_week(keys)
    keys.press(pages.hold_button(page))
    page.wait_for_url("**/confirm/")
    confirm(keys, time)
    move(keys, other)
    cancel(keys)


def log_in(keys: Keyboard, email: str) -> None:
    page = keys.page
    page.goto("/")
    keys.press(page.get_by_role("banner").get_by_role("link", name="로그인"))
    page.wait_for_url("**/account/login/**")
    keys.write(page.get_by_label("이메일"), email)
    keys.write(page.get_by_label("비밀번호"), pages.PASSWORD)
    keys.page.keyboard.press("Enter")
    expect(page.get_by_role("banner").get_by_role("link", name="내 예약").first).to_be_visible()


def to_the_studio(keys: Keyboard) -> None:
    page = keys.page
    if pages.is_phone(page):
        keys.press(page.locator("details.menu summary"))
        menu = page.locator("details.menu")
    else:
        menu = page.locator("nav.main")
    keys.press(menu.get_by_role("link", name="공간·장비"))
    page.wait_for_url("**/spaces/")
    keys.press(page.locator("main a.card", has_text="1인 스튜디오"))
    page.wait_for_url("**/spaces/studio/?*")


def to_the_week(keys: Keyboard, time: Time) -> None:
    """By "next week" until the day is there; on a phone also to the day."""
    page = keys.page
    day = page.locator(f".strip a[href*='day={time.day}']")
    for _ in range(6):
        if day.count():
            break
        before = page.url
        keys.press(page.get_by_role("link", name="다음 주", exact=True).first)
        expect(page).not_to_have_url(before)
        keys.expect_focus_kept()
    if pages.is_phone(page):
        keys.press(day)
        expect(page.locator("#jump")).to_have_value(time.day)
        keys.expect_focus_kept()


def choose(keys: Keyboard, time: Time) -> None:
    page = keys.page
    keys.press(pages.slot(page, time.start))
    expect(page.locator("#chosen")).to_contain_text(f"{time.start:%-H:%M} –")
    keys.expect_focus_kept()
    keys.press(pages.slot(page, time.start + HOUR))
    expect(page.locator("#chosen")).to_contain_text(time.words)
    keys.expect_focus_kept()
    expect(page.locator("#spoken")).to_contain_text(time.words)


def past_the_rest_of_the_week(keys: Keyboard) -> None:
    """Dozens of free hours may follow the chosen one; the next stop leads past them."""
    keys.page.keyboard.press("Tab")
    assert keys.check_stop(keys.page.locator(".onward:focus"))
    keys.page.keyboard.press("Enter")
    expect(keys.page.locator("#pick")).to_be_focused()


def confirm(keys: Keyboard, time: Time) -> None:
    page = keys.page
    keys.press(page.locator("main form.form button[type=submit]"))
    expect(page.locator("#errors")).to_be_visible()
    keys.press(page.locator("#errors a").first)
    keys.write(page.locator("#id_headcount"), "2")
    keys.go_to(page.locator("#id_purpose"), back=True)
    page.keyboard.type("선물 세트 사진 촬영")
    keys.press(page.locator("input[value=live-camera]"), "Space")
    keys.press(page.locator("#id_pledge"), "Space")
    keys.press(page.locator("main form.form button[type=submit]"))
    expect(page.locator(".facts")).to_contain_text(time.words)
    expect(page.locator(".facts")).to_contain_text("현장라이브 카메라 세트")


def move(keys: Keyboard, other: Time) -> None:
    page = keys.page
    keys.press(page.get_by_role("link", name="시간 바꾸기"))
    page.wait_for_url("**/change/")
    to_the_week(keys, other)
    choose(keys, other)
    keys.press(pages.hold_button(page))
    expect(page.locator(".facts")).to_contain_text(other.words)


def cancel(keys: Keyboard) -> None:
    page = keys.page
    keys.press(page.get_by_role("link", name="예약 취소"))
    page.wait_for_url("**/cancel/")
    keys.go_to(page.locator("input[type=radio]:checked"))
    before = page.locator("input[type=radio]:checked").input_value()
    page.keyboard.press("ArrowDown")
    keys.check_stop()
    assert page.locator("input[type=radio]:checked").input_value() != before
    keys.write(page.get_by_role("textbox"), "촬영 제품이 늦게 들어옵니다.")
    keys.press(page.locator("main form.form button[type=submit]"))
    expect(page.locator(".facts")).to_contain_text("촬영 제품이 늦게 들어옵니다.")
    expect(page.locator("main .badge").first).to_contain_text("취소")
