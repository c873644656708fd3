"""Spans of whole Korean days that reports are about: months, quarters, halves, years, the year
so far, any range. Half-open: ``ends`` is the first day that does not belong to it."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from center import clock

#: no report reaches over more than these days: a page is to answer at once
LONGEST_DAYS = 5 * 366
_FIRST_YEAR, _LAST_YEAR = 2000, 2200


class PeriodKind(enum.StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    RANGE = "range"
    TO_DATE = "to_date"


@dataclass(frozen=True)
class Period:
    """The days ``starts`` up to but without ``ends``. ``key`` is how addresses name it."""

    kind: PeriodKind
    key: str
    starts: dt.date
    ends: dt.date

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return self.ends - clock.DAY

    @property
    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """The instants at which it begins and is over."""
        return clock.at(self.starts), clock.at(self.ends)

    @property
    def label(self) -> str:
        """``2026년 10월``, ``2026년 4분기``, in the language in force."""
        return _LABELS[self.kind](self)

    def is_over(self, at: dt.datetime) -> bool:
        return at >= self.bounds[1]

    def months(self) -> list[Period]:
        """Its months; the first and the last are cut where it begins and ends."""
        found, first = [], self.starts
        while first < self.ends:
            whole = month(first)
            end = min(whole.ends, self.ends)
            found.append(Period(PeriodKind.MONTH, whole.key, first, end))
            first = end
        return found

    def year_to_date(self) -> Period:
        """From the first of January of its last day's year to its end."""
        return to_date(self.last)

    def year_before(self) -> Period:
        """The same days one year earlier; 29 February becomes the end of February."""
        if self.kind == PeriodKind.RANGE:
            return span(_year_before(self.starts), _year_before(self.last))
        if self.kind == PeriodKind.TO_DATE:
            return to_date(_year_before(self.last))
        return of_key(f"{self.starts.year - 1}{self.key[4:]}")

    def previous(self) -> Period:
        """The period of its kind that ended when it began; of a range one as long."""
        if self.kind == PeriodKind.TO_DATE:
            return self.year_before()
        if self.kind == PeriodKind.RANGE:
            return span(self.starts - (self.ends - self.starts), self.starts - clock.DAY)
        return _AROUND[self.kind](self.starts - clock.DAY)

    def following(self) -> Period | None:
        """The next one of its kind; none of ranges."""
        return _AROUND[self.kind](self.ends) if self.kind in _AROUND else None


def month(day: dt.date) -> Period:
    first = day.replace(day=1)
    return Period(PeriodKind.MONTH, f"{first:%Y-%m}", first, _months_on(first, 1))


def quarter(day: dt.date) -> Period:
    number = (day.month - 1) // 3
    first = dt.date(day.year, number * 3 + 1, 1)
    return Period(PeriodKind.QUARTER, f"{day:%Y}-Q{number + 1}", first, _months_on(first, 3))


def half(day: dt.date) -> Period:
    number = (day.month - 1) // 6
    first = dt.date(day.year, number * 6 + 1, 1)
    return Period(PeriodKind.HALF, f"{day:%Y}-H{number + 1}", first, _months_on(first, 6))


def year(day: dt.date) -> Period:
    first = dt.date(day.year, 1, 1)
    return Period(PeriodKind.YEAR, f"{day:%Y}", first, dt.date(day.year + 1, 1, 1))


def to_date(last: dt.date) -> Period:
    """The year up to and with ``last`` (누계)."""
    return Period(PeriodKind.TO_DATE, f"to-{last}", dt.date(last.year, 1, 1), last + clock.DAY)


def span(first: dt.date, last: dt.date) -> Period:
    """Any days, both named ones included."""
    return Period(PeriodKind.RANGE, f"{first}..{last}", first, last + clock.DAY)


_KEY = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12])))?"
)


def of_key(key: str) -> Period:
    """The period an address names: ``2026-10``, ``2026-Q4``, ``2026-H2``, ``2026``,
    ``to-2026-11-27``, ``2026-10-03..2026-10-20``. Raises ValueError for anything else."""
    if found := _KEY.fullmatch(key):
        made = _of_parts({name: int(part) for name, part in found.groupdict().items() if part})
    elif key.startswith("to-"):
        made = to_date(dt.date.fromisoformat(key[3:]))
    else:
        first, _dots, last = key.partition("..")
        made = span(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    if not _FIRST_YEAR <= made.starts.year <= made.last.year < _LAST_YEAR:
        raise ValueError(key)
    if made.key != key or not 0 < (made.ends - made.starts).days <= LONGEST_DAYS:
        raise ValueError(key)
    return made


def _of_parts(parts: dict[str, int]) -> Period:
    for name, length in (("month", 1), ("quarter", 3), ("half", 6)):
        if name in parts:
            day = dt.date(parts["year"], (parts[name] - 1) * length + 1, 1)
            return {"month": month, "quarter": quarter, "half": half}[name](day)
    return year(dt.date(parts["year"], 1, 1))


def _months_on(first: dt.date, count: int) -> dt.date:
    years, month_before = divmod(first.year * 12 + first.month - 1 + count, 12)
    return dt.date(years, month_before + 1, 1)


def _year_before(day: dt.date) -> dt.date:
    return clock.months_before(day, 12)


_AROUND: dict[PeriodKind, Callable[[dt.date], Period]] = {
    PeriodKind.MONTH: month,
    PeriodKind.QUARTER: quarter,
    PeriodKind.HALF: half,
    PeriodKind.YEAR: year,
}


def _day(day: dt.date) -> str:
    return _("%(year)d-%(month)02d-%(day)02d") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }


def _half_label(period: Period) -> str:
    words = _("First half of %(year)d") if period.key[-1] == "1" else _("Second half of %(year)d")
    return words % {"year": period.starts.year}


_LABELS: dict[PeriodKind, Callable[[Period], str]] = {
    PeriodKind.MONTH: lambda p: (
        _("%(month)02d/%(year)d") % {"year": p.starts.year, "month": p.starts.month}
    ),
    PeriodKind.QUARTER: lambda p: (
        _("Quarter %(quarter)s of %(year)d") % {"year": p.starts.year, "quarter": p.key[-1]}
    ),
    PeriodKind.HALF: _half_label,
    PeriodKind.YEAR: lambda p: _("Year %(year)d") % {"year": p.starts.year},
    PeriodKind.TO_DATE: lambda p: (
        _("%(year)d up to %(day)s") % {"year": p.starts.year, "day": _day(p.last)}
    ),
    PeriodKind.RANGE: lambda p: (
        _("%(first)s to %(last)s") % {"first": _day(p.starts), "last": _day(p.last)}
    ),
}
