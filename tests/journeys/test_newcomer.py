"""Somebody without an account looks for a time, and comes back to it after logging in."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from center import clock
from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit


def test_front_and_spaces_when_anonymous_then_free_times_show(
    visit: Visit, size: str, shot: Shot
) -> None:
    page = visit(size)
    for address in ("/", "/spaces/"):
        page.goto(address)
        card = page.locator("a.card", has_text="1인 스튜디오")
        expect(card.locator(".next")).to_contain_text(pages.re.compile("남음|마지막"))
        expect(card.locator(".next .n")).to_contain_text(":")
        shot(page, "front" if address == "/" else "spaces")
    page.locator("a.card", has_text="1인 스튜디오").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1인 스튜디오")
    shot(page, "space")


def test_timetable_when_anonymous_then_table_on_desktop_and_days_on_phone(
    visit: Visit, size: str, shot: Shot
) -> None:
    page = visit(size)
    page.goto("/spaces/studio/")
    time = pages.two_hours(page)[-1]
    pages.open_day(page, time.day)
    expect(page.locator("table.week")).to_be_visible(visible=size == "desktop")
    expect(page.locator(".strip")).to_be_visible(visible=size == "phone")
    expect(pages.slot(page, time.start)).to_be_visible()
    shot(page, "space-day")
    page.get_by_role("link", name="목록으로 보기").click()
    expect(page.locator(".agenda")).to_be_visible()
    expect(pages.slot(page, time.start)).to_be_visible()
    shot(page, "space-list")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no_script"])
def test_next_week_when_followed_then_its_days_show(
    visit: Visit, size: str, javascript: bool
) -> None:
    page = visit(size, javascript=javascript)
    this_week = clock.monday_of(clock.today())
    # Named, as late in a week the page opens at the next one, which is the first to book.
    page.goto(f"/spaces/studio/?from={this_week}")
    monday = this_week + dt.timedelta(days=7)
    page.get_by_role("link", name="다음 주", exact=True).first.click()
    expect(page.locator("#jump")).to_have_value(_in_week_of(monday))
    expect(page).to_have_url(_ending(f"from={monday}"))
    page.get_by_role("link", name="이전 주").click()
    expect(page.locator("#jump")).to_have_value(_in_week_of(monday - dt.timedelta(days=7)))


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no_script"])
def test_choice_when_anonymous_then_kept_through_the_log_in(
    visit: Visit, size: str, javascript: bool
) -> None:
    page = visit(size, javascript=javascript)
    page.goto("/spaces/studio/")
    time = pages.two_hours(page)[-1]
    pages.open_day(page, time.day)
    pages.choose(page, time)
    chosen = page.url
    place = ".bottom" if size == "phone" else "#pick"
    page.locator(place).get_by_role("link", name="로그인하고 예약하기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("로그인")
    pages.log_in(page, "load001@example.com")
    assert page.url == chosen
    expect(page.locator("#chosen")).to_contain_text(time.words)
    expect(pages.hold_button(page)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no_script"])
def test_language_when_switched_and_back_then_the_place_is_kept(
    visit: Visit, size: str, javascript: bool, shot: Shot
) -> None:
    page = visit(size, javascript=javascript)
    page.goto("/spaces/studio/")
    time = pages.two_hours(page)[-1]
    page.goto(f"/spaces/studio/{time.query}&view=list")
    place = page.url
    for name, language in (("English", "en"), ("한국어", "ko")):
        if size == "phone":
            page.locator("details.menu summary").click()
        page.get_by_role("link", name=name).locator("visible=true").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.url == place
        expect(page.locator("#chosen")).to_contain_text(time.words)
        shot(page, f"space-{language}")


def _in_week_of(monday: dt.date):
    days = (str(monday + dt.timedelta(days=n)) for n in range(7))
    return pages.re.compile("|".join(days))


def _ending(text: str):
    return pages.re.compile(f"{pages.re.escape(text)}$")
