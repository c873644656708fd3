"""Which days a regular use falls on: pure, no ORM, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from bookings.intervals import Interval
from center import clock

#: a series has so many dates at most
MOST_DATES = 60


@dataclass(frozen=True)
class Plan:
    """The same hours on some weekdays (Monday 0) from ``first`` to ``last``, both included."""

    weekdays: Collection[int]
    first: dt.date
    last: dt.date
    starts_at: dt.time
    ends_at: dt.time

    def days(self) -> list[dt.date]:
        """Every day of the plan in order, holidays and all."""
        return sorted(
            day
            for weekday in set(self.weekdays)
            for day in _weekly(self.first + (weekday - self.first.weekday()) % 7 * clock.DAY, self)
        )

    def span_on(self, day: dt.date) -> Interval[dt.datetime]:
        return Interval(clock.at(day, self.starts_at), clock.at(day, self.ends_at))


def _weekly(day: dt.date, plan: Plan) -> list[dt.date]:
    weeks = max((plan.last - day).days // 7 + 1, 0)
    return [day + 7 * n * clock.DAY for n in range(weeks)]
