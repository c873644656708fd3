"""The house's settings – hours, special openings, holidays, closures, rules – kept in memory.

They are read at every page and every booking and change a few times a month. A row in the
database carries their version; triggers on the five tables give it a new number from a
sequence at every change, within the same transaction. A process reads that number (one
small query) and loads the tables again only if it differs. Sequence numbers never come
twice, not even after a rollback, so a number always means the same contents: what is
decided with them is as fresh as if the tables had been read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from bookings.intervals import Interval
from bookings.models import (
    Closure,
    HolidayOverride,
    OpeningHours,
    Policy,
    Resource,
    SpecialOpening,
)
from center.business_days import BusinessDays

Span = Interval[dt.datetime]


@dataclass(frozen=True)
class WeeklySpan:
    resource_id: int | None
    weekday: int
    opens: dt.time
    closes: dt.time
    valid_from: dt.date
    valid_until: dt.date | None

    def in_force(self, day: dt.date) -> bool:
        return (
            self.weekday == day.weekday()
            and self.valid_from <= day
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True)
class Closed:
    """A closure of the house (resource None) or of a resource."""

    span: Span
    reason: str
    resource_id: int | None = None


@dataclass(frozen=True)
class House:
    """One version of the settings. Nobody may change what it holds."""

    hours: Sequence[WeeklySpan]
    specials: Mapping[dt.date, Sequence[tuple[int | None, dt.time, dt.time]]]
    closures: Sequence[Closed]
    business_days: BusinessDays
    policies: Sequence[Policy]
    unit_closures: Mapping[int, Sequence[Span]]
    #: every closure with its kind and words, oldest first; what a board shows
    closure_rows: Sequence[Closure]

    def policies_for(self, resource: Resource) -> list[Policy]:
        """The rows that concern a resource, whatever their date; oldest first."""
        return [policy for policy in self.policies if policy.concerns(resource)]


_loaded: dict[str, tuple[int, House]] = {}


def current() -> House:
    """The settings as they are now. One query, six when they have changed."""
    version = _version()
    database = str(connection.settings_dict["NAME"])
    known = _loaded.get(database)
    if known is None or known[0] != version:
        known = _loaded[database] = (version, _load())
    return known[1]


def of(version: int) -> House:
    """The settings of a version just read in a query that was asked anyway. No query, unless
    this process knows another one."""
    known, settings = remembered()
    return settings if known == version else current()


def remembered() -> tuple[int, House]:
    """The settings as this process read them last, with their version. No query, unless there
    are none yet. For whoever compares the version himself, in a query he asks anyway."""
    database = str(connection.settings_dict["NAME"])
    if database not in _loaded:
        current()
    return _loaded[database]


def _version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM bookings_houseversion")
        return int(cursor.fetchone()[0])


def _load() -> House:
    hours = OpeningHours.objects.values_list(
        "resource_id", "weekday", "opens", "closes", "valid_from", "valid_until"
    )
    closures = list(Closure.objects.order_by("starts"))
    of_units: dict[int, list[Span]] = {}
    for closure in closures:
        if closure.unit_id is not None:
            of_units.setdefault(closure.unit_id, []).append(Interval(closure.starts, closure.ends))
    overrides = HolidayOverride.objects.values_list("date", "is_holiday", "name")
    specials: dict[dt.date, list[tuple[int | None, dt.time, dt.time]]] = {}
    for special in SpecialOpening.objects.all():
        span = (special.resource_id, special.opens, special.closes)
        specials.setdefault(special.date, []).append(span)
    return House(
        hours=[WeeklySpan(*row) for row in hours],
        specials=specials,
        closures=[
            Closed(Interval(c.starts, c.ends), c.reason, c.resource_id)
            for c in closures
            if c.unit_id is None
        ],
        unit_closures=of_units,
        closure_rows=closures,
        business_days=BusinessDays(
            {day: (is_holiday, name) for day, is_holiday, name in overrides}
        ),
        policies=list(Policy.objects.order_by("valid_from", "pk")),
    )
