"""When something comes between a merchant and a booking, the page helps on."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from center import clock
from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.pages import HOUR, Time
from tests.journeys.portal import Site


def last_room(page: Page) -> tuple[str, Time]:
    """A space and an hour with one free room."""
    for space in ("studio", "recording"):
        for slot in pages.free_slots(page, space):
            if slot["free_units"] == 1:
                return space, Time(slot["at"], slot["at"] + HOUR)
    raise AssertionError("the demo has no hour with one free room")


def test_hold_when_somebody_was_quicker_then_the_nearest_times_lead_on(
    visit: Visit, size: str, shot: Shot
) -> None:
    quick, slow = visit(size), visit(size)
    people = {"phone": ("load010", "load011"), "desktop": ("load012", "load013")}[size]
    for page, name in zip((quick, slow), people, strict=True):
        pages.arrive_as(page, f"{name}@example.com")
    space, time = last_room(quick)
    for page in (quick, slow):
        page.goto(f"/spaces/{space}/{time.query}")
    pages.hold(quick)
    with slow.expect_response("**/hold/") as answer:
        pages.hold_button(slow).click()
    assert answer.value.status == 409
    expect(slow.locator("[data-code=slot_taken]")).to_be_visible()
    expect(slow.get_by_role("banner")).to_be_visible()
    shot(slow, "refused")
    slow.locator(".nearest a").first.click()
    expect(slow.locator("#chosen")).to_contain_text("–")
    pages.hold(slow)
    for page in (quick, slow):
        page.locator("main form").last.locator("button").click()
        expect(page.get_by_role("status").first).to_contain_text("취소했습니다")


def test_confirm_when_hold_ran_out_then_typing_is_kept_and_second_try_succeeds(
    visit: Visit, size: str, site: Site, shot: Shot
) -> None:
    page = visit(size)
    pages.arrive_as(page, {"phone": "load014", "desktop": "load015"}[size] + "@example.com")
    page.goto(f"/spaces/studio/{pages.two_hours(page)[-1].query}")
    number = pages.hold(page)
    pages.fill_in(page, "겨울 신상품 촬영")
    assert let_run_out(site, number) == 1
    pages.submit(page)
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator("#id_purpose")).to_have_value("겨울 신상품 촬영")
    expect(page.locator("#id_headcount")).to_have_value("2")
    expect(page.locator("input[value=live-camera]")).to_be_checked()
    expect(page.locator("#id_pledge")).to_be_checked()
    shot(page, "confirm-ran-out")
    pages.submit(page)
    expect(page.get_by_role("status")).to_contain_text("확정")
    expect(page.locator(".facts")).to_contain_text("겨울 신상품 촬영")
    page.goto("/bookings/")
    assert page.locator(".rows li").count() == 1


def test_countdown_when_it_ends_then_the_page_says_what_to_do(visit: Visit, site: Site) -> None:
    page = visit("phone")
    pages.arrive_as(page, "load016@example.com")
    page.goto(f"/spaces/studio/{pages.two_hours(page)[-1].query}")
    page.clock.install(time=clock.now() - HOUR)  # so far ahead as of an offer made at night
    pages.hold(page)
    expect(page.locator(".countdown")).to_contain_text(re.compile(r"\(1:\d\d:\d\d 남음\)"))
    page.clock.fast_forward("01:11:00")
    expect(page.locator(".countdown[role=alert]")).to_contain_text("다시")
    assert page.locator(".countdown b").count() == 0


def test_choice_when_the_network_fails_then_the_page_loads_the_ordinary_way(
    visit: Visit,
) -> None:
    page = visit("desktop", watched=False)  # the failure itself is a complaint
    page.goto("/spaces/studio/")
    time = pages.two_hours(page)[-1]
    pages.open_day(page, time.day)
    page.route(re.compile(r"start="), _fail_once())
    pages.slot(page, time.start).click()
    expect(page.locator("#chosen")).to_contain_text(f"{time.start:%-H:%M} –")


def _fail_once():
    failed: list[str] = []

    def handle(route):
        if failed:
            route.continue_()
        else:
            failed.append(route.request.url)
            route.abort()

    return handle


def let_run_out(site: Site, number: str) -> int:
    return site.execute(
        "UPDATE bookings_booking SET held_until = now() - interval '1 minute' WHERE reference = %s",
        number,
    )
