"""The operator's schedule: a day of 20 rooms as a page, a week of 60 units as data, and how
long the board lets a hand wait on a slow tablet.

Its bookings lie beyond the horizon, on resources that are no longer offered, under numbers
below zero: no other measurement sees them, and none takes them back.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from statistics import median

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, sync_playwright

from bookings.intervals import Interval
from bookings.models import Allocation, Booking, BookingState, Category, Resource, Unit
from bookings.models.bookings import new_reference
from bookings.services.units import as_range
from center import clock
from merchants.models import Merchant
from tests import slow_tablet
from tests.bench import content, pages
from tests.bench.load import Request
from tests.bench.table import Figure, rate

ROOMS, ROOM_BOOKINGS = 20, 200
UNITS, WEEK_BOOKINGS = 60, 2_000
AHEAD = 91  # days: the same weekday a quarter on
TRIES = 5
_HOUR = dt.timedelta(hours=1)


def monday() -> dt.date:
    """Of the week that is full, whenever within the database's two weeks it is measured."""
    first = Booking.objects.filter(pk__lt=0).order_by("starts").first()
    if first is not None:
        return clock.day_of(first.starts)
    return clock.monday_of(clock.today()) + AHEAD * clock.DAY


def fill() -> None:
    """The full week, and the full day within it."""
    first = monday()
    rooms = _units(Category.CONFERENCE, ROOMS)
    units = _units(Category.RECORDING, UNITS)
    per_room, per_unit = ROOM_BOOKINGS // ROOMS, WEEK_BOOKINGS // UNITS // 7
    spans = [(room, first, n) for room in rooms for n in range(per_room)]
    days = [first + n * clock.DAY for n in range(7)]
    wanted = [(unit, day, n) for n in range(per_unit + 1) for day in days for unit in units]
    _book([*spans, *wanted[:WEEK_BOOKINGS]])


def _units(category: Category, count: int) -> list[Unit]:
    """So many units of a category, those missing made for the purpose."""
    there = list(Unit.objects.filter(resource__category=category, resource__is_active=True))
    more, _new = Resource.objects.get_or_create(
        slug=f"full-{category}",
        defaults={
            "category": category,
            "name": "옛 별관",
            "name_en": "Old annex",
            "is_active": False,
            "position": 300,
        },
    )
    Unit.objects.bulk_create(
        Unit(resource=more, name=str(n), position=n) for n in range(1, count - len(there) + 1)
    )
    return [*there, *more.units.all()]


def _book(spans: list[tuple[Unit, dt.date, int]]) -> None:
    """One after the other from eight o'clock, an hour each."""
    businesses = list(Merchant.objects.order_by("-pk")[:300])
    bookings, taken = [], []
    for n, (unit, day, hour) in enumerate(spans, 1):
        starts = clock.at(day, dt.time(8)) + hour * _HOUR
        booking = Booking(
            pk=-n,
            reference=new_reference(),
            resource_id=unit.resource_id,
            merchant=businesses[n % len(businesses)],
            starts=starts,
            ends=starts + _HOUR,
            state=BookingState.REQUESTED if n % 9 == 0 else BookingState.CONFIRMED,
            cancellable_until=starts,
            decide_until=starts,
        )
        bookings.append(booking)
        span = as_range(Interval(booking.starts, booking.ends))
        taken.append(Allocation(unit=unit, booking=booking, during=span))
    with transaction.atomic(), connection.cursor() as cursor, content.replica(cursor):
        Booking.objects.bulk_create(bookings)
        Allocation.objects.bulk_create(taken)


def requests(cookies: dict[str, str]) -> dict[str, Request]:
    day = monday()
    table = f"/admin/schedule/?day={day}&view=table&category={Category.CONFERENCE}"
    week = f"/admin/schedule/events.json?day={day}&length=week&category={Category.RECORDING}"
    return {"board day": Request(table, cookies), "board week": Request(week, cookies)}


def queries(cookies: dict[str, str]) -> dict[str, int]:
    """Of a look whose access record is written already, as at every renewal but the first."""
    client, counted = Client(), {}
    client.cookies.load(cookies)
    for name, request in requests(cookies).items():
        client.get(request.path)
        with CaptureQueriesContext(connection) as found:
            client.get(request.path)
        counted[name] = len(found)
    return counted


def figures(
    rates: dict[tuple[str, int], list[float]],
    counted: dict[str, int],
    pauses: dict[str, list[float]],
) -> list[Figure]:
    found = [
        *_day(rates),
        Figure("… queries", counted["board day"], "", bound=("≤", 10)),
        Figure(
            "board data, 60 units × 7 days, 2,000 bookings, p50",
            median(rates["board week p50 ms", 1]),
            " ms",
            bound=("≤", 150),
        ),
        Figure("… queries", counted["board week"], "", bound=("≤", 10)),
    ]
    for name, found_of in pauses.items():
        worst = f"worst of {len(found_of)}: {max(found_of):.0f} ms"
        words = f"… longest pause while {name}, processor slowed {slow_tablet.THROTTLE} times"
        bound = ("≤", float(slow_tablet.BOUND))
        found.append(Figure(words, median(found_of), " ms", bound=bound, note=worst))
    return found


def _day(rates: dict[tuple[str, int], list[float]]) -> list[Figure]:
    """The bounds are 150/s and 15 ms on the machine where ``week`` answers 390/s to eight clients
    and 180/s to one; elsewhere the same shares of its ``week``."""
    what = "day of 20 rooms, 200 bookings, as a page, 8 clients"
    many = rate(what, rates["board day", 8], ("week", rates["week", 8]), bound=("≥", 150 / 390))
    one = Figure("… p50, 1 client", median(rates["board day p50 ms", 1]), " ms", "week")
    one.ratio = one.value / (1000 / median(rates["week", 1]))
    one.bound = ("≤", 15 / (1000 / 180))
    return [many, one]


def pauses(address: str, cookies: dict[str, str]) -> dict[str, list[float]]:
    """The longest pause between two pictures while the full week is worked with, in
    milliseconds, for each of a few tries."""
    # Before the browser: while it is open, Django refuses to touch the database.
    path = f"/admin/schedule/?day={monday()}&length=week&category={Category.RECORDING}"
    with sync_playwright() as playwright:
        browser = pages.launched(playwright)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
        )
        page = context.new_page()
        try:
            page.goto(address + path)
            page.locator(".ec-event").first.wait_for(timeout=60_000)
            slow_tablet.slow_down(page)
            return _pauses(page)
        finally:
            browser.close()


def _pauses(page: Page) -> dict[str, list[float]]:
    acts = {
        name: partial(slow_tablet.longest_pause, act=act)
        for name, act in slow_tablet.TOUCHES.items()
    }
    return {
        name: [measure(page) for _ in range(TRIES)]
        for name, measure in {"dragging": slow_tablet.drag, **acts}.items()
    }
