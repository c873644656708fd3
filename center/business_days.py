"""Working days: Monday to Friday without public holidays, as the house keeps them.

Public holidays come from the ``holidays`` package (substitute holidays included, future
temporary ones cannot be known); the house's own holidays win in both directions. Those rows
belong to the bookings app, which names itself as the source when it starts, so that every
app counts the same days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import holidays
from django.utils.translation import get_language

# The package's wording where it is not the official one, also in names of substitutes.
_OFFICIAL_NAMES = {"신정연휴": "신정", "기독탄신일": "성탄절"}


#: years in two languages, of about 8 kB each; addresses may name any year there is
_KEPT = 64


@lru_cache(_KEPT)
def public_holidays(year: int, language: str = "ko") -> Mapping[dt.date, str]:
    """Korean public holidays of one year with their official names."""
    known = holidays.country_holidays("KR", years=year, language=language, categories=("public",))
    return {day: _official(name) for day, name in known.items()}


def _official(name: str) -> str:
    for packages, official in _OFFICIAL_NAMES.items():
        name = name.replace(packages, official)
    return name


@dataclass(frozen=True)
class BusinessDays:
    """Answers for any date; ``overrides`` maps a date to (is a holiday, its name)."""

    overrides: Mapping[dt.date, tuple[bool, str]] = field(default_factory=dict)

    def holiday(self, day: dt.date) -> str | None:
        """The name of the holiday on ``day``, None on an ordinary day."""
        if day in self.overrides:
            is_holiday, name = self.overrides[day]
            return name if is_holiday else None
        return public_holidays(day.year, "ko" if get_language() == "ko" else "en_US").get(day)

    def is_business_day(self, day: dt.date) -> bool:
        return day.weekday() < 5 and self.holiday(day) is None

    def add(self, day: dt.date, count: int) -> dt.date:
        """The ``count``-th business day after ``day``; ``day`` itself for 0."""
        for _ in range(count):
            day += dt.timedelta(days=1)
            while not self.is_business_day(day):
                day += dt.timedelta(days=1)
        return day


_source: list[Callable[[], BusinessDays]] = [BusinessDays]


def kept_by(source: Callable[[], BusinessDays]) -> None:
    """Name who knows the house's own holidays; called once, at start-up."""
    _source[:] = [source]


def current() -> BusinessDays:
    """The working days as the house keeps them now."""
    return _source[0]()
