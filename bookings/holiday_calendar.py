"""The holidays of some years as staff see them: the calendar's, and what the house decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from bookings import house
from center.business_days import public_holidays


@dataclass(frozen=True)
class HolidayRow:
    """A day that is a holiday by the calendar, by the house, or both."""

    day: dt.date
    name: str
    is_public: bool
    #: what the house decided: closed, open, or nothing
    decided: bool | None

    @property
    def is_closed(self) -> bool:
        return self.is_public if self.decided is None else self.decided


def holidays_of(years: Iterable[int]) -> list[HolidayRow]:
    """All of them in order. One query."""
    language = "ko" if get_language() == "ko" else "en_US"
    public = {day: name for year in years for day, name in public_holidays(year, language).items()}
    own = {
        day: decided
        for day, decided in house.current().business_days.overrides.items()
        if day.year in set(years)
    }
    rows = []
    for day in sorted({*public, *own}):
        decided, own_name = own.get(day, (None, ""))
        rows.append(HolidayRow(day, public.get(day) or own_name, day in public, decided))
    return rows
