"""A month of one space as its page shows it: of each day how long it can still be booked."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.html import escape
from django.utils.translation import gettext as _

from bookings import availability, house
from bookings.availability import Outlook
from bookings.house import Span
from bookings.intervals import Interval, union
from bookings.models import Resource
from bookings.policies import MINUTE, rules_on
from center import clock, display

#: as the form of a timetable's address lets through
REACH = 366 * clock.DAY
_SUNDAY = 6
_WEEK = 7


class Cell(TypedDict):
    """One day, escaped here once; ``href`` is empty where nothing can be booked."""

    number: int
    style: str
    label: str
    href: str
    name: str


@dataclass(frozen=True)
class Month:
    """``weeks`` begin on Sunday, as calendars do in Korea; ``None`` is a day of another month."""

    title: str
    weekdays: list[tuple[str, str]]
    weeks: list[list[Cell | None]]
    notes: list[str]
    previous: str
    following: str
    today: str
    shown: str
    any_free: bool


def page_of_month(resource: Resource, asked: dict[str, object]) -> dict[str, object]:
    """What the page prints of the month of ``from`` or ``day``, else of the first day that can
    still be booked; the same for everybody. 2 queries and what the house keeps in memory."""
    first = _month_of(resource, asked).replace(day=1)
    last = clock.months_before(first, -1) - clock.DAY
    outlook = availability.load([resource], first, last)[resource.pk]
    return {"resource": resource, "view": "month", "month": build(outlook, first, last)}


def _month_of(resource: Resource, asked: dict[str, object]) -> dt.date:
    for day in (asked.get("from"), asked.get("day")):
        if isinstance(day, dt.date):
            return day
    settings = house.current()
    rules = rules_on(clock.today(), settings.policies_for(resource))
    earliest = rules.earliest(clock.now(), settings.business_days)
    return max(clock.day_of(earliest), clock.today())


def build(outlook: Outlook, first: dt.date, last: dt.date) -> Month:
    """The month from its ``first`` day to its ``last``."""
    days = [first + n * clock.DAY for n in range((last - first).days + 1)]
    free = _free_minutes(outlook, days)
    longest = max(free.values(), default=0)
    cells = [_cell(outlook, day, free.get(day, 0), longest) for day in days]
    blanks: list[Cell | None] = [None] * ((first.weekday() + 1) % _WEEK)
    whole = [*blanks, *cells, *[None] * (-(len(blanks) + len(cells)) % _WEEK)]
    today = clock.day_of(outlook.now)
    return Month(
        title=display.month(first),
        weekdays=[_weekday(n) for n in range(_WEEK)],
        weeks=[whole[n : n + _WEEK] for n in range(0, len(whole), _WEEK)],
        notes=[
            f"{display.short_day(day)} {holiday}"
            for day in days
            if (holiday := outlook.calendar.business_days.holiday(day))
        ],
        previous=_address(clock.months_before(first, 1), today),
        following=_address(clock.months_before(first, -1), today),
        today=today.isoformat(),
        shown=(today if first <= today <= last else max(first, today - REACH)).isoformat(),
        any_free=bool(free),
    )


def _weekday(n: int) -> tuple[str, str]:
    """The n-th column from Sunday: its word and its style."""
    sunday = dt.date(2026, 11, 22)
    return display.weekday(sunday + n * clock.DAY), "" if n else "sun"


def _address(first: dt.date, today: dt.date) -> str:
    """Empty where the page would refuse it."""
    return f"?view=month&from={first.isoformat()}" if abs(first - today) <= REACH else ""


def _free_minutes(outlook: Outlook, days: Sequence[dt.date]) -> dict[dt.date, int]:
    """Minutes of each day in which some use could still be booked, days without any left out."""
    slots: dict[dt.date, list[Span]] = defaultdict(list)
    for slot in outlook.bookable_slots(days):
        slots[clock.day_of(slot.start)].append(Interval(slot.start, slot.end))
    return {
        day: sum(((span.end - span.start) // MINUTE for span in union(spans)), 0)
        for day, spans in slots.items()
    }


def _cell(outlook: Outlook, day: dt.date, minutes: int, longest: int) -> Cell:
    today = clock.day_of(outlook.now)
    holiday = outlook.calendar.business_days.holiday(day)
    style = "free much" if minutes * 2 > longest else "free"
    label = display.length(minutes)
    name = _("%(day)s, %(length)s free") % {"day": display.short_day(day), "length": label}
    if not minutes:
        label, style = _why_not(outlook, day, today)
        name = ""
    marks = ("sun" if day.weekday() == _SUNDAY or holiday else "", "today" * (day == today))
    return {
        "number": day.day,
        "style": " ".join(filter(None, (style, *marks))),
        "label": escape(label),
        "href": f"?day={day.isoformat()}" if minutes else "",
        "name": escape(name),
    }


def _why_not(outlook: Outlook, day: dt.date, today: dt.date) -> tuple[str, str]:
    """Why nothing of a day can be booked, in the words of the week, and its style."""
    if not outlook.calendar.bookable(day):
        return _("Closed"), "shut"
    if day < today:
        return _("Past"), "full"
    if day > outlook.rules(day).last_day(outlook.now):
        return _("Not bookable yet"), "full"
    open_until = outlook.calendar.bookable(day)[-1].end
    if open_until <= outlook.earliest(day):
        return _("Closed to booking"), "full"
    return _("Full"), "full"
