"""Compares rows with the bookings there are, and writes those that are new.

Rows go in chunks of 200, each a transaction of its own under the locks of its businesses and
spaces: a run that is cut off keeps the chunks before, and the same file run again goes on. A
chunk asks four questions and writes with four statements, whatever its rows. Rows that name
their unit go first, however the file orders them: the others take what is left.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from bookings.intervals import Interval
from bookings.locking import lock_resources, reserving
from bookings.models import Booking, BookingSource, BookingState, Unit
from bookings.past_import.rows import Row
from bookings.services import past, units
from bookings.services.past import PastUse
from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant

CHUNK = 200


class Outcome(enum.StrEnum):
    NEW = "new"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Planned:
    """What a row leads to: a use to enter, nothing, or a sentence why not."""

    row: Row
    outcome: Outcome
    use: PastUse | None = None
    errors: tuple[str, ...] = ()


@dataclass
class Report:
    """How many rows came to what, the refused by line number, whose data was written."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    refusals: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def add(self, planned: Iterable[Planned]) -> None:
        for one in planned:
            self.counts[one.outcome] += 1
            if one.outcome == Outcome.REFUSED:
                self.refusals.append((one.row.line.number, one.errors))
            if one.use is not None:
                self.touched.add(one.use.merchant.pk)

    def in_order(self) -> Report:
        """The refused as they stand in the file."""
        self.refusals.sort()
        return self


class Occupied:
    """Which units earlier rows of the same file take, by day."""

    def __init__(self) -> None:
        self._spans: dict[tuple[int, dt.date], list[tuple[dt.datetime, dt.datetime]]] = defaultdict(
            list
        )

    def is_free(self, unit: Unit, starts: dt.datetime, ends: dt.datetime) -> bool:
        return not any(
            begun < ends and starts < ended
            for day in _days(starts, ends)
            for begun, ended in self._spans[unit.pk, day]
        )

    def take(self, unit: Unit, starts: dt.datetime, ends: dt.datetime) -> None:
        for day in _days(starts, ends):
            self._spans[unit.pk, day].append((starts, ends))


def _days(starts: dt.datetime, ends: dt.datetime) -> Iterator[dt.date]:
    day = clock.day_of(starts)
    while clock.at(day) < ends:
        yield day
        day += clock.DAY


def try_out(rows: Iterable[Row]) -> Report:
    """What a run would do, as things stand; writes nothing."""
    report, occupied = Report(), Occupied()
    for chunk in _chunks(rows):
        known = Merchant.objects.holders().filter(number__in={row.number for row in chunk})
        report.add(plan(chunk, list(known), occupied))
    return report.in_order()


def run(rows: Iterable[Row], *, by: User | None) -> Report:
    """Enter the uses that are not here yet."""
    report = Report()
    for chunk in _chunks(rows):
        try:
            report.add(_write(chunk, by))
        except RuleViolation:  # rivals were in the way each time
            report.add(_refused_all(chunk))
    return report.in_order()


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(sorted(rows, key=lambda row: not row.names_unit))
    while chunk := list(itertools.islice(rest, CHUNK)):
        yield chunk


@reserving
def _write(rows: Sequence[Row], by: User | None) -> list[Planned]:
    known = past.lock_businesses({row.number for row in rows if not row.errors})
    lock_resources(row.resource.pk for row in rows if row.resource and not row.errors)
    planned = plan(rows, known, Occupied())
    past.enter([one.use for one in planned if one.use], by=by)
    return planned


def _refused_all(rows: Sequence[Row]) -> list[Planned]:
    sentence = _("Could not be saved: it met another change. Take this row over once more.")
    return [Planned(row, Outcome.REFUSED, errors=row.errors or (sentence,)) for row in rows]


# Comparing -----------------------------------------------------------------------------------


def plan(rows: Sequence[Row], known: Sequence[Merchant], occupied: Occupied) -> list[Planned]:
    """What each row leads to; ``occupied`` learns what the rows take. 2 queries."""
    good = [row for row in rows if not row.errors]
    businesses = {merchant.number: merchant for merchant in known}
    here = _bookings_of(good, known)
    taken = units.taken(
        (unit.pk, _span(row))
        for row in good
        if row.state in BookingState.occupying
        for unit in row.units
    )
    return [_planned(row, businesses, here, taken, occupied) for row in rows]


@dataclass(frozen=True)
class _Here:
    """A booking that is here already."""

    state: str
    is_taken_over: bool
    units: frozenset[int]


def _bookings_of(
    rows: Sequence[Row], known: Sequence[Merchant]
) -> dict[tuple[object, ...], list[_Here]]:
    """By business, space, start and end; those that ended in a use or were to."""
    found: dict[tuple[object, ...], list[_Here]] = defaultdict(list)
    bookings = (
        Booking.objects.booked()
        .filter(merchant__in=known, starts__in={row.starts for row in rows})
        .prefetch_related("allocations", "released_units")
    )
    for booking in bookings:
        had = {row.unit_id for row in booking.allocations.all()}
        had |= {unit.pk for unit in booking.released_units.all()}
        key = (booking.merchant_id, booking.resource_id, booking.starts, booking.ends)
        is_ours = booking.source == BookingSource.IMPORT
        found[key].append(_Here(booking.state, is_ours, frozenset(had)))
    return found


def _planned(
    row: Row,
    businesses: dict[str | None, Merchant],
    here: dict[tuple[object, ...], list[_Here]],
    taken: set[tuple[int, dt.datetime, dt.datetime]],
    occupied: Occupied,
) -> Planned:
    if row.errors:
        return Planned(row, Outcome.REFUSED, errors=row.errors)
    merchant = businesses.get(row.number)
    if merchant is None:
        return _refused(
            row, _("No business of this number is registered. Take the register over first.")
        )
    assert row.resource
    assert row.starts
    assert row.ends
    before = here.get((merchant.pk, row.resource.pk, row.starts, row.ends), [])
    if row.names_unit:
        before = [one for one in before if row.units[0].pk in one.units]
    if before:
        return _again(row, before[0])
    unit = _free(row, taken, occupied)
    if unit is None:
        return _refused(row, _("The space is taken at that time by another use."))
    if row.state in BookingState.occupying:
        occupied.take(unit, row.starts, row.ends)
    use = PastUse(
        merchant,
        row.resource,
        unit,
        row.starts,
        row.ends,
        row.state,
        row.purpose,
        row.headcount,
    )
    return Planned(row, Outcome.NEW, use)


def _again(row: Row, before: _Here) -> Planned:
    if not before.is_taken_over:
        return _refused(row, _("This use was booked here; what became of it stands there."))
    if before.state != row.state:
        was = str(BookingState(before.state).label)
        return _refused(row, _("Taken over before with another result: %(was)s.") % {"was": was})
    return Planned(row, Outcome.SAME)


def _free(
    row: Row, taken: set[tuple[int, dt.datetime, dt.datetime]], occupied: Occupied
) -> Unit | None:
    """The first unit nothing occupies; what came to nothing occupies none."""
    assert row.starts
    assert row.ends
    if row.state not in BookingState.occupying:
        return row.units[0]
    span = _span(row)
    return next(
        (
            unit
            for unit in row.units
            if (unit.pk, span.start, span.end) not in taken
            and occupied.is_free(unit, row.starts, row.ends)
        ),
        None,
    )


def _span(row: Row) -> Interval[dt.datetime]:
    assert row.starts
    assert row.ends
    return Interval(row.starts, row.ends)


def _refused(row: Row, sentence: str) -> Planned:
    return Planned(row, Outcome.REFUSED, errors=(sentence,))
