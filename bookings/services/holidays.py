"""Days on which the house is closed, or open, otherwise than the calendar says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import HolidayOverride
from bookings.services.settle import HouseChange
from center import clock


def declaring(*, days: Sequence[dt.date], name: str, is_holiday: bool) -> HouseChange[None]:
    """The days become holidays of our own, or open although the calendar knows a holiday."""

    def make() -> None:
        for day in days:
            values = {"name": name, "is_holiday": is_holiday}
            HolidayOverride.objects.update_or_create(date=day, defaults=values)

    return HouseChange(make=make, window=_window(days))


def as_the_calendar_says(*, day: dt.date) -> HouseChange[None]:
    """Take back what was decided for a day."""

    def make() -> None:
        HolidayOverride.objects.filter(date=day).delete()

    return HouseChange(make=make, window=_window([day]))


def _window(days: Sequence[dt.date]) -> Span:
    return Interval(clock.at(min(days)), clock.at(max(days) + clock.DAY))
