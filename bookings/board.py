"""The operator's board: which unit is taken when and by whom, over a day or a week.

For display only; nothing is decided with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from bookings import house, opening
from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import (
    Allocation,
    Booking,
    BookingState,
    Category,
    Closure,
    Unit,
)
from bookings.opening import OpeningCalendar
from bookings.policies import Rules, rules_on
from bookings.services.units import as_range
from center import clock
from merchants import business_number

_FIRST, _LAST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
_TERM = 80
#: so many bookings of other days are named below a search
ELSEWHERE = 5


class Length(StrEnum):
    DAY = "day"
    WEEK = "week"


class Show(StrEnum):
    """The bookings of a day that a list of the operator is about; empty is all of them."""

    ALL = ""
    LATE = "late"
    INSIDE = "in"
    COMING = "coming"
    EXPECTED = "sure"
    ASKED = "asked"


@dataclass(frozen=True)
class Wanted:
    """What the address of the board asks for; nonsense asks for today and everything."""

    day: dt.date
    length: Length = Length.DAY
    category: str = ""
    term: str = ""
    show: Show = Show.ALL

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wanted:
        length, category = asked.get("length", ""), asked.get("category", "")
        show = asked.get("show", "")
        return cls(
            day=_day(asked.get("day", "")) or clock.today(),
            length=Length(length) if length in set(Length) else Length.DAY,
            category=category if category in Category.values else "",
            term=asked.get("q", "").strip()[:_TERM],
            show=Show(show) if show in set(Show) else Show.ALL,
        )

    @property
    def is_choice(self) -> bool:
        """Whether it asks for some bookings only, and so for no free times."""
        return bool(self.term or self.show)

    @property
    def days(self) -> list[dt.date]:
        """The day, or Monday to Sunday of its week."""
        if self.length == Length.DAY:
            return [self.day]
        monday = clock.monday_of(self.day)
        return [monday + n * clock.DAY for n in range(7)]

    @property
    def window(self) -> Span:
        return Interval(clock.at(self.days[0]), clock.at(self.days[-1] + clock.DAY))

    def query(self, **other: str) -> str:
        """The address that asks for this, with something else in it; defaults are left out."""
        asked = {
            "day": self.day.isoformat(),
            "length": self.length.value if self.length != Length.DAY else "",
            "category": self.category,
            "q": self.term,
            "show": self.show.value,
            **other,
        }
        return "?" + urlencode({name: value for name, value in asked.items() if value})


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


class Use(NamedTuple):
    """A booking on one of its units.

    ``is_meant`` is false where a search means others: it is drawn without a name then, as its
    time is taken all the same. ``is_extra`` says that the unit goes with a space booked,
    ``is_houses`` that nobody is let in for it: it begins and ends by the clock.
    ``expected_until`` is when a business comes at the latest that called.
    """

    unit_id: int
    booking_id: int
    reference: str
    starts: dt.datetime
    ends: dt.datetime
    state: str
    expected_until: dt.datetime | None
    headcount: int
    business: str
    resource_id: int
    is_extra: bool
    is_houses: bool
    taken_from: dt.datetime
    taken_until: dt.datetime
    is_meant: bool


@dataclass(frozen=True)
class Board:
    """What a board shows. ``units`` stand in the order of lists, ``uses`` in that of time;
    ``rules`` are those of each resource on the day asked for."""

    wanted: Wanted
    now: dt.datetime
    units: Sequence[Unit]
    uses: Mapping[int, Sequence[Use]]
    closures: Sequence[Closure]
    calendars: Mapping[int, OpeningCalendar]
    rules: Mapping[int, Rules]
    elsewhere: Sequence[Booking]

    def closures_of(self, unit: Unit) -> list[Closure]:
        """Of the unit, of its resource, of the whole house."""
        return [closure for closure in self.closures if closure.concerns(unit)]

    @property
    def seen(self) -> list[int]:
        """The bookings whose business the board names."""
        named = {use.booking_id for uses in self.uses.values() for use in uses if use.is_meant}
        return sorted(named | {booking.pk for booking in self.elsewhere})


def load(wanted: Wanted) -> Board:
    """The board as it is now, in 3 queries whatever its size; one more with a search, six
    more when the settings of the house have changed."""
    now, settings = clock.now(), house.current()
    units = _units(wanted)
    resources = {unit.resource_id: unit.resource for unit in units}
    days = wanted.days
    return Board(
        wanted=wanted,
        now=now,
        units=units,
        uses=_uses(units, wanted, now),
        closures=[
            row
            for row in settings.closure_rows
            if row.starts < wanted.window.end and row.ends > wanted.window.start
        ],
        calendars=opening.calendars(settings, resources.values(), days[0], days[-1]),
        rules={
            pk: rules_on(wanted.day, settings.policies_for(resource))
            for pk, resource in resources.items()
        },
        elsewhere=_elsewhere(wanted, now) if wanted.term else (),
    )


def _units(wanted: Wanted) -> list[Unit]:
    """Of what is offered, and of what is not any more but is booked in the window."""
    taken = Allocation.objects.filter(
        unit=OuterRef("pk"), booking__isnull=False, during__overlap=as_range(wanted.window)
    )
    units = Unit.objects.select_related("resource")
    if wanted.category:
        units = units.filter(resource__category=wanted.category)
    order = ("resource__position", "resource_id", "position", "pk")
    return list(units.filter(Q(resource__is_active=True) | Exists(taken)).order_by(*order))


# By hand: asked every half minute by every open board. The join asks the constraint's index
# once per unit; all units of the span at once would read it whole.
_USES_SQL = """
SELECT u.id, b.id, b.reference, b.starts, b.ends, b.state, b.expected_until, b.headcount,
       coalesce(m.name, CASE WHEN b.source = 'program' THEN b.purpose END, ''),
       u.resource_id, u.resource_id <> b.resource_id, b.merchant_id IS NULL,
       lower(a.during), upper(a.during), coalesce(m.number, '')
FROM bookings_unit u
JOIN bookings_allocation a ON a.unit_id = u.id AND a.during && tstzrange(%(low)s, %(high)s)
JOIN bookings_booking b ON b.id = a.booking_id
LEFT JOIN merchants_merchant m ON m.id = b.merchant_id
WHERE u.id = ANY(%(units)s) AND NOT (b.state = 'held' AND b.held_until <= %(now)s)
ORDER BY a.during
"""


def _uses(units: Sequence[Unit], wanted: Wanted, now: dt.datetime) -> dict[int, list[Use]]:
    low, high = wanted.window
    values: dict[str, Any] = {
        "low": low,
        "high": high,
        "units": [unit.pk for unit in units],
        "now": now,
    }
    found: dict[int, list[Use]] = {}
    is_meant = _search(wanted.term)
    with connection.cursor() as cursor:
        cursor.execute(_USES_SQL, values)
        for *row, number in cursor.fetchall():
            use = Use._make([*row, is_meant(row[2], row[8], number)])
            found.setdefault(use.unit_id, []).append(use)
    return found


def _search(term: str) -> Callable[[str, str, str], bool]:
    """Whether a booking number, a business's name or its number contains the term."""
    if not term:
        return lambda reference, name, number: True
    folded, digits = term.casefold(), business_number.normalize(term)

    def is_meant(reference: str, name: str, number: str) -> bool:
        return (
            folded in name.casefold()
            or folded in reference.casefold()
            or (digits.isdigit() and digits in number)
        )

    return is_meant


def _elsewhere(wanted: Wanted, now: dt.datetime) -> list[Booking]:
    """What a search means on other days: live bookings to come, soonest first."""
    digits = business_number.normalize(wanted.term)
    meant = Q(merchant__name__icontains=wanted.term) | Q(reference__icontains=wanted.term)
    if digits.isdigit():
        meant |= Q(merchant__number__contains=digits)
    low, high = wanted.window
    return list(
        Booking.objects.live()
        .filter(meant, ends__gt=now)
        .exclude(starts__lt=high, ends__gt=low)
        .exclude(state=BookingState.HELD)
        .select_related("resource", "merchant")
        .order_by("starts")[:ELSEWHERE]
    )
