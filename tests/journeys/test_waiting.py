"""Somebody waits for a time that is taken, and gets it when it is given up: on a phone, by keys."""

from __future__ import annotations

import os
import subprocess
import sys

from playwright.sync_api import expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.portal import ROOT, Site
from tests.journeys.test_accessibility import english, expect_nothing, faults

_MAKE_OFFERS = "from bookings.services.offers import make_offers; make_offers()"


def look_at_the_list(site: Site) -> None:
    """What a worker does as soon as something became free."""
    environment = os.environ | {"DATABASE_URL": site.database_url, "ENVIRONMENT": "demo"}
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", _MAKE_OFFERS]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


def test_waiting_when_a_taken_time_is_given_up_then_offered_and_accepted_by_keys(
    visit: Visit, site: Site, shot: Shot
) -> None:
    others, found = [visit(), visit()], list[str]()
    for other, name in zip(others, ("load157", "load158"), strict=True):
        pages.arrive_as(other, f"{name}@example.com")
    time = pages.two_hours(others[0], "recording")[-1]
    numbers = [pages.book(other, time, "recording") for other in others]

    page = visit("phone")
    keys = Keyboard(page)

    def look(name: str) -> None:
        shot(page, name)
        size = page.viewport_size
        found.extend(faults(page, name) + english(page))
        page.set_viewport_size(size)

    pages.arrive_as(page, "load159@example.com")
    page.goto(f"/spaces/recording/{time.query}")
    keys.press(page.get_by_role("link", name="이 시간 대기하기").first)
    page.wait_for_url("**/waiting/join/**")
    look("waiting-join")
    keys.press(page.get_by_role("button", name="대기 신청하기"))
    expect(page.locator("main")).to_contain_text("대기 순서 1번째")
    look("waiting")

    others[0].goto(f"/bookings/{numbers[0]}/cancel/")
    pages.submit(others[0])
    others[0].wait_for_url(f"**/bookings/{numbers[0]}/")
    look_at_the_list(site)

    page.goto("/inbox/")
    keys.press(page.locator(".rows a").first)
    page.wait_for_url("**/inbox/*/")
    look("waiting-message")
    keys.press(page.get_by_role("main").get_by_role("link", name="관련 화면 보기"))
    page.wait_for_url("**/offers/**")
    look("offer")
    keys.write(page.locator("#id_purpose"), "라이브 방송 녹음")
    keys.press(page.locator("#id_pledge"), "Space")
    keys.press(page.get_by_role("button", name="수락하고 예약하기"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("예약을 확정했습니다")
    look("offer-accepted")
    page.goto("/waiting/")
    expect(page.locator("main")).to_contain_text("예약함")
    look("waiting-ended")
    expect_nothing(found)
