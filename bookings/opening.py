"""When a resource is open: weekly hours, holidays, special openings, closures.

An ``OpeningCalendar`` answers for single days without touching the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookings.house import Closed, House, Span, WeeklySpan
from bookings.intervals import Interval, subtract, union
from bookings.models import Resource
from center import clock
from center.business_days import BusinessDays


@dataclass(frozen=True)
class OpeningCalendar:
    """The opening of one resource."""

    hours: Sequence[WeeklySpan]
    specials: Mapping[dt.date, Sequence[tuple[dt.time, dt.time]]]
    closures: Sequence[Closed]
    business_days: BusinessDays

    def openings(self, day: dt.date) -> list[Span]:
        """The spans of ``day`` before closures; none on a holiday without special opening."""
        spans = list(self.specials.get(day, ()))
        if self.business_days.holiday(day) is None:
            spans += [(span.opens, span.closes) for span in self._weekly(day)]
        return union(
            Interval(clock.at(day, opens), clock.at(day, closes)) for opens, closes in spans
        )

    def bookable(self, day: dt.date) -> list[Span]:
        """The spans of ``day`` that closures leave."""
        openings = self.openings(day)
        if not openings or not self.closures:
            return openings
        return subtract(openings, (closed.span for closed in self.closures))

    def closed_because(self, wanted: Span) -> str | None:
        """The reason of the first closure that touches ``wanted``."""
        return next((c.reason for c in self.closures if c.span.overlaps(wanted)), None)

    def _weekly(self, day: dt.date) -> list[WeeklySpan]:
        rows = [span for span in self.hours if span.in_force(day)]
        own = [span for span in rows if span.resource_id is not None]
        return own or rows


def calendars(
    house: House, resources: Iterable[Resource], first: dt.date, last: dt.date
) -> dict[int, OpeningCalendar]:
    """Calendars by resource id, good for the days ``first`` to ``last`` inclusive."""
    window = Interval(clock.day_bounds(first)[0], clock.day_bounds(last)[1])
    closures = [closed for closed in house.closures if closed.span.overlaps(window)]
    specials = {day: spans for day, spans in house.specials.items() if first <= day <= last}
    return {r.pk: _calendar(r.pk, house, specials, closures) for r in resources}


def _calendar(
    pk: int,
    house: House,
    specials: Mapping[dt.date, Sequence[tuple[int | None, dt.time, dt.time]]],
    closures: Sequence[Closed],
) -> OpeningCalendar:
    own = (None, pk)
    return OpeningCalendar(
        hours=[span for span in house.hours if span.resource_id in own],
        specials={
            day: [(opens, closes) for resource_id, opens, closes in spans if resource_id in own]
            for day, spans in specials.items()
        },
        closures=[closed for closed in closures if closed.resource_id in own],
        business_days=house.business_days,
    )
