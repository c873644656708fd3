"""Utilisation two ways: hours used of those that could be booked, days used of those open.

The denominator is what people could really have booked: units in service within the opening
hours, without holidays and closures, up to now while the period lasts (lessons.md 6).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from bookings import house, opening
from bookings.house import Span
from bookings.intervals import Interval, subtract, union
from bookings.models import Resource
from bookings.reports import facts, words
from center import clock, replica
from center.figures import WHOLE, Counted, Figure, Group, Number, Wish, share

FIGURES = (
    Figure(
        "bookings.hours_offered",
        _("Hours that could be booked"),
        words.HOURS,
        _(
            "Opening hours × units in service at the time, without holidays and closures; while"
            " the period lasts, up to the time of the report"
        ),
        words.FROM_HOURS,
        decimals=1,
    ),
    Figure(
        "bookings.utilisation",
        _("Utilisation (hours)"),
        words.PER_CENT,
        _("Hours used ÷ hours that could be booked × 100"),
        words.FROM_HOURS,
        decimals=1,
        additive=False,
        parts=("bookings.hours", "bookings.hours_offered"),
    ),
    Figure(
        "bookings.days_open",
        _("Days open"),
        words.DAYS,
        _("Days on which the space could be booked at all; of several spaces their sum"),
        words.FROM_HOURS,
    ),
    Figure(
        "bookings.days_used",
        _("Days used"),
        words.DAYS,
        _("Days open on which the space was used at least once; of several spaces their sum"),
        words.FROM_ATTENDANCE,
    ),
    Figure(
        "bookings.utilisation_days",
        _("Utilisation (days)"),
        words.PER_CENT,
        _("Days used ÷ days open × 100"),
        words.FROM_HOURS,
        decimals=1,
        additive=False,
        parts=("bookings.days_used", "bookings.days_open"),
    ),
)

# Each use by the Korean days it touches, with its seconds on each of them.
_BY_DAY = """
SELECT r.slug || ' ' || day::date, r.slug, day::date,
    sum(extract(epoch FROM greatest(interval '0',
        least(f.left_at, (day + interval '1 day') AT TIME ZONE 'Asia/Seoul')
        - greatest(f.starts, day AT TIME ZONE 'Asia/Seoul'))))
FROM facts f JOIN bookings_resource r ON r.id = f.resource_id
CROSS JOIN LATERAL generate_series(
    date_trunc('day', greatest(f.starts, %(low)s) AT TIME ZONE 'Asia/Seoul'),
    greatest(f.left_at - interval '1 microsecond', f.starts) AT TIME ZONE 'Asia/Seoul',
    interval '1 day') AS day
WHERE f.used GROUP BY r.slug, day
"""

# Every unit, with the times of the period in which it was not there yet or out of service.
_THERE = "a.unit_id = u.id AND tstzrange(a.starts, a.ends) && tstzrange(%(low)s, %(until)s)"
_UNITS = f"""
SELECT u.resource_id, u.id, u.serves_from,
    array(SELECT coalesce(a.starts, %(low)s) FROM bookings_unitabsence a
        WHERE {_THERE} ORDER BY a.id),
    array(SELECT coalesce(a.ends, %(until)s) FROM bookings_unitabsence a
        WHERE {_THERE} ORDER BY a.id)
FROM bookings_unit u
"""  # noqa: S608  (made of our own constants)


@dataclass
class _Sum:
    used: Decimal = Decimal(0)
    offered: int = 0
    days_used: int = 0
    days_open: int = 0

    def values(self) -> dict[str, Number]:
        return {
            "bookings.hours_offered": Decimal(self.offered) / 3600,
            "bookings.utilisation": share(self.used, self.offered),
            "bookings.days_open": self.days_open,
            "bookings.days_used": self.days_used,
            "bookings.utilisation_days": share(self.days_used, self.days_open),
        }


class _Day(NamedTuple):
    """A space on a day on which it was open or used; ``used`` and ``offered`` in seconds."""

    space: Resource
    day: dt.date
    used: Decimal | None
    offered: int


def _count(wish: Wish, cut: str) -> Counted:
    if "days" not in wish.memo:
        wish.memo["days"] = _days(wish)
    spaces, days = wish.memo["days"]
    sums: dict[str, _Sum] = defaultdict(_Sum)
    for space in spaces:
        sums[_key(cut, space, wish.period.starts)]  # idle ones too
    for day in days:
        of_row = sums[_key(cut, day.space, day.day)]
        of_row.offered += day.offered
        of_row.used += day.used or 0
        of_row.days_open += day.offered > 0
        of_row.days_used += day.offered > 0 and day.used is not None
    return {key: found.values() for key, found in sums.items()}


def _days(wish: Wish) -> tuple[list[Resource], list[_Day]]:
    """The spaces, and their days; the same whatever the cut."""
    counted = facts.run(wish, _BY_DAY, {}, cut=WHOLE).values()
    used = {(slug, day): seconds for slug, day, seconds in counted}
    spaces = _spaces(wish, {slug for slug, _day in used})
    offered = {(slug, day): seconds for slug, day, seconds in _offered(wish, spaces)}
    known = {space.slug: space for space in spaces}
    return spaces, [
        _Day(known[slug], day, used.get((slug, day)), offered.get((slug, day), 0))
        for slug, day in offered.keys() | used.keys()
        if slug in known
    ]


def _key(cut: str, space: Resource, day: dt.date) -> str:
    return {WHOLE: "", "space": space.slug, "category": space.category}.get(cut, f"{day:%Y-%m}")


def _spaces(wish: Wish, used: set[str]) -> list[Resource]:
    """The spaces offered, and those used in the period that are offered no longer."""
    slugs, categories = wish.filters.get("space"), wish.filters.get("category")
    return [
        space
        for space in Resource.objects.spaces()
        if (space.is_active or space.slug in used)
        and (slugs is None or space.slug in slugs)
        and (categories is None or space.category in categories)
    ]


def _offered(wish: Wish, spaces: Sequence[Resource]) -> Iterator[tuple[str, dt.date, int]]:
    """The seconds that could be booked of each space on each of its open days."""
    settings, units = house.current(), _units(wish)
    for part in wish.period.months():  # so that few closures are looked at for each day
        calendars = opening.calendars(settings, spaces, part.starts, part.last)
        days = [part.starts + n * clock.DAY for n in range((part.ends - part.starts).days)]
        for space in spaces:
            closed = [
                [*settings.unit_closures.get(unit, ()), *absent]
                for unit, absent in units.get(space.pk, ())
            ]
            for day in days:
                spans = _until(calendars[space.pk].bookable(day), wish.until)
                if seconds := _seconds_of_units(spans, closed):
                    yield space.slug, day, seconds


def _until(spans: Iterable[Span], until: dt.datetime) -> list[Span]:
    return [Interval(s.start, min(s.end, until)) for s in spans if s.start < until]


def _seconds_of_units(spans: Sequence[Span], closed: Sequence[Sequence[Span]]) -> int:
    """What ``spans`` hold for each unit, without its own closures."""
    whole = _seconds(spans)
    if not whole:
        return 0
    total = 0
    for holes in closed:
        near = [hole for hole in holes if hole.start < spans[-1].end and spans[0].start < hole.end]
        total += _seconds(subtract(spans, near)) if near else whole
    return total


def _seconds(spans: Iterable[Span]) -> int:
    return sum(int((span.end - span.start).total_seconds()) for span in union(spans))


def _units(wish: Wish) -> Mapping[int, list[tuple[int, list[Span]]]]:
    """The units of each space with the times in which they could not be booked."""
    found: dict[int, list[tuple[int, list[Span]]]] = defaultdict(list)
    low, until = wish.period.bounds[0], wish.until
    with replica.connection().cursor() as cursor:
        cursor.execute(_UNITS, {"low": low, "until": until})
        for space, unit, serves_from, starts, ends in cursor.fetchall():
            absent = [
                Interval(*span) for span in zip(starts, ends, strict=True) if span[0] < span[1]
            ]
            if serves_from is not None and low < clock.at(serves_from):
                absent.append(Interval(low, clock.at(serves_from)))
            found[space].append((unit, absent))
    return found


UTILISATION = Group(
    "bookings.utilisation",
    FIGURES,
    frozenset({WHOLE, "space", "category", "month"}),
    frozenset({"space", "category"}),
    _count,
)
