"""When a resource is open: weekly hours, holidays, special openings, closures.

``load`` reads the rows for any number of resources in a constant number of queries; an
``OpeningCalendar`` then answers for single days without touching the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from bookings.business_days import BusinessDays
from bookings.intervals import Interval, subtract, union
from bookings.models import (
    Closure,
    HolidayOverride,
    OpeningHours,
    Resource,
    SpecialOpening,
)
from center import clock

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
    """A closure of the house or of this resource."""

    span: Span
    reason: str


@dataclass(frozen=True)
class OpeningCalendar:
    """The opening of one resource."""

    hours: Sequence[WeeklySpan]
    specials: Mapping[dt.date, Sequence[tuple[dt.time, dt.time]]]
    closures: Sequence[Closed]
    business_days: BusinessDays

    def openings(self, day: dt.date) -> list[Span]:
        """The spans of ``day`` before closures; none on a holiday without special opening."""
        spans = [(special[0], special[1]) for special in self.specials.get(day, ())]
        if self.business_days.holiday(day) is None:
            spans += [(span.opens, span.closes) for span in self._weekly(day)]
        return union(
            Interval(clock.at(day, opens), clock.at(day, closes)) for opens, closes in spans
        )

    def bookable(self, day: dt.date) -> list[Span]:
        """The spans of ``day`` that closures leave."""
        openings = self.openings(day)
        return subtract(openings, (closed.span for closed in self.closures)) if openings else []

    def closed_because(self, wanted: Span) -> str | None:
        """The reason of the first closure that touches ``wanted``."""
        return next((c.reason for c in self.closures if c.span.overlaps(wanted)), None)

    def _weekly(self, day: dt.date) -> list[WeeklySpan]:
        rows = [span for span in self.hours if span.in_force(day)]
        own = [span for span in rows if span.resource_id is not None]
        return own or rows


def load_business_days() -> BusinessDays:
    rows = HolidayOverride.objects.values_list("date", "is_holiday", "name")
    return BusinessDays({date: (is_holiday, name) for date, is_holiday, name in rows})


def load(
    resources: Iterable[Resource], first: dt.date, last: dt.date
) -> dict[int, OpeningCalendar]:
    """Calendars by resource id, good for the days ``first`` to ``last`` inclusive. 4 queries."""
    ids = [resource.pk for resource in resources]
    business_days = load_business_days()
    of_these = Q(resource=None) | Q(resource__in=ids)
    hours = [
        WeeklySpan(*row)
        for row in OpeningHours.objects.filter(of_these, valid_from__lte=last)
        .filter(Q(valid_until=None) | Q(valid_until__gte=first))
        .values_list("resource_id", "weekday", "opens", "closes", "valid_from", "valid_until")
    ]
    specials = list(
        SpecialOpening.objects.filter(of_these, date__range=(first, last)).values_list(
            "resource_id", "date", "opens", "closes"
        )
    )
    closures = list(
        Closure.objects.filter(
            of_these,
            unit=None,
            starts__lt=clock.day_bounds(last)[1],
            ends__gt=clock.day_bounds(first)[0],
        )
        .order_by("starts")
        .values_list("resource_id", "starts", "ends", "reason")
    )
    return {pk: _calendar(pk, hours, specials, closures, business_days) for pk in ids}


def _calendar(
    pk: int,
    hours: Sequence[WeeklySpan],
    specials: Sequence[tuple[int | None, dt.date, dt.time, dt.time]],
    closures: Sequence[tuple[int | None, dt.datetime, dt.datetime, str]],
    business_days: BusinessDays,
) -> OpeningCalendar:
    own = (None, pk)
    by_day: dict[dt.date, list[tuple[dt.time, dt.time]]] = {}
    for resource_id, date, opens, closes in specials:
        if resource_id in own:
            by_day.setdefault(date, []).append((opens, closes))
    return OpeningCalendar(
        hours=[span for span in hours if span.resource_id in own],
        specials=by_day,
        closures=[
            Closed(Interval(starts, ends), reason)
            for resource_id, starts, ends, reason in closures
            if resource_id in own
        ],
        business_days=business_days,
    )
