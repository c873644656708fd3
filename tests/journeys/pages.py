"""What people do on the portal's pages, in their words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import Locator, Page, expect

from center import clock
from tests.journeys import sessions

PASSWORD = "center-demo-1!"
REFERENCE = re.compile(r"/bookings/([^/]+)/")
HOUR = dt.timedelta(hours=1)
ROOMS = {"studio": 4, "recording": 2, "conference": 2}


@dataclass(frozen=True)
class Time:
    """Two free hours of one day, one after the other."""

    start: dt.datetime
    end: dt.datetime

    @property
    def day(self) -> str:
        return self.start.date().isoformat()

    @property
    def words(self) -> str:
        return f"{self.start:%-H:%M} – {self.end:%-H:%M}"

    @property
    def query(self) -> str:
        return f"?start={self.start:%Y-%m-%dT%H:%M}&end={self.end:%Y-%m-%dT%H:%M}"


def free_slots(page: Page, space: str = "studio") -> list[dict[str, Any]]:
    """What the portal itself says is free, each with ``at``, its start."""
    today = clock.today().isoformat()
    answer = page.request.get(f"/spaces/{space}/slots.json?from={today}&days=30")
    slots: list[dict[str, Any]] = answer.json()["slots"]
    return [slot | {"at": dt.datetime.fromisoformat(slot["start"])} for slot in slots]


def two_hours(page: Page, space: str = "studio") -> list[Time]:
    """Pairs of hours, at most one a day, in which some unit is free throughout."""
    found: dict[dt.date, Time] = {}
    for first, second in pairwise(free_slots(page, space)):
        # More free rooms than there are: at least one room is free in both hours.
        sure = first["free_units"] + second["free_units"] > ROOMS[space]
        if sure and second["at"] == first["at"] + HOUR:
            found.setdefault(first["at"].date(), Time(first["at"], second["at"] + HOUR))
    assert len(found) >= 2, "the demo has no free time"
    return list(found.values())


def is_phone(page: Page) -> bool:
    return bool(page.viewport_size and page.viewport_size["width"] < 760)


def log_in(page: Page, email: str) -> None:
    if not page.url.endswith("/account/login/") and "/account/login/" not in page.url:
        page.goto("/account/login/")
    page.get_by_label("이메일").fill(email)
    page.get_by_label("비밀번호").fill(PASSWORD)
    page.locator("main button[type=submit]:not(.quiet)").click()
    expect(page).not_to_have_url(re.compile("/account/login/"))


def arrive_as(page: Page, email: str) -> None:
    """Logged in, where the way there is not what is looked at. Opens no page."""
    page.context.add_cookies([sessions.cookie_of(email)])


def open_day(page: Page, day: str) -> None:
    """By the form "go to a date" of the timetable."""
    page.get_by_label("날짜로 이동").fill(day)
    page.locator("#timetable form.row button").click()
    expect(page.locator("#jump")).to_have_value(day)


def slot(page: Page, at: dt.datetime) -> Locator:
    """The link of a free hour: in the week's table, or in the day's list on a phone."""
    prefix = "l" if "view=list" in page.url else "d" if is_phone(page) else "t"
    return page.locator(f"#{prefix}{at:%m%d%H%M}")


def choose(page: Page, time: Time) -> None:
    """Touch the first hour, then the one after it."""
    slot(page, time.start).click()
    expect(page.locator("#chosen")).to_contain_text(f"{time.start:%-H:%M} –")
    slot(page, time.start + HOUR).click()
    expect(page.locator("#chosen")).to_contain_text(time.words)


def hold_button(page: Page) -> Locator:
    """The one in view: below on a phone, beside the timetable on a desktop."""
    place = ".bottom" if is_phone(page) else "#pick"
    return page.locator(f"{place} button[type=submit]")


def hold(page: Page) -> str:
    """Press the button; returns the booking's number."""
    hold_button(page).click()
    page.wait_for_url("**/confirm/")
    return reference(page)


def reference(page: Page) -> str:
    found = REFERENCE.search(page.url)
    assert found, page.url
    return found[1]


def submit(page: Page) -> None:
    page.locator("main form.form button[type=submit]").click()


def fill_in(page: Page, purpose: str = "선물 세트 사진 촬영", camera: bool = True) -> None:
    page.locator("#id_purpose").fill(purpose)
    page.locator("#id_headcount").fill("2")
    if camera:
        page.locator("input[value=live-camera]").check()
    page.locator("#id_pledge").check()


def book(page: Page, time: Time, space: str = "studio") -> str:
    """The quick way to a confirmed booking, for tests about what comes after it."""
    page.goto(f"/spaces/{space}/{time.query}")
    number = hold(page)
    fill_in(page, camera=False)
    submit(page)
    page.wait_for_url(f"**/bookings/{number}/")
    return number
