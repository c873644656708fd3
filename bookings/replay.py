"""Giving out units once more, in the order in which uses were booked; no ORM, no clock.

Told of uses with other spans than they had – longer buffers, say – it tells which of them
would have found no unit. A use keeps the unit it had if that is free, and takes another
otherwise; what was refused stands in nobody's way. A closure stands in the way of whoever
booked after it was made.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bookings.intervals import Interval
from center import clock


@dataclass(frozen=True)
class Use:
    """What was booked at ``made``, and given up or left at ``gone``, if it was."""

    key: int
    made: dt.datetime
    gone: dt.datetime | None
    #: the use and its buffers
    span: Interval[dt.datetime]
    #: for each resource the units that would do, the one it had first
    wants: Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Shut:
    """A unit that was closed for a span, as was known from ``made`` on."""

    unit: int
    made: dt.datetime
    span: Interval[dt.datetime]

    def stands_against(self, use: Use) -> bool:
        return self.made <= use.made and self.span.overlaps(use.span)


def without_a_unit(uses: Iterable[Use], closures: Iterable[Shut] = ()) -> dict[int, set[int]]:
    """For each use that would have been refused, the resources of which no unit was left."""
    taken: dict[tuple[int, dt.date], list[Use]] = defaultdict(list)
    shut: dict[int, list[Shut]] = defaultdict(list)
    for closed in closures:
        shut[closed.unit].append(closed)
    found: dict[int, set[int]] = {}
    for use in sorted(uses, key=lambda use: (use.made, use.key)):
        days = list(_days(use.span))
        free = {
            resource: [
                unit
                for unit in units
                if not any(closed.stands_against(use) for closed in shut[unit])
                and _is_free(unit, use, days, taken)
            ]
            for resource, units in use.wants.items()
        }
        if missing := {resource for resource, units in free.items() if not units}:
            found[use.key] = missing
            continue
        for units in free.values():
            for day in days:
                taken[units[0], day].append(use)
    return found


def _is_free(
    unit: int,
    use: Use,
    days: Iterable[dt.date],
    taken: Mapping[tuple[int, dt.date], Sequence[Use]],
) -> bool:
    return not any(
        other.span.overlaps(use.span) and (other.gone is None or other.gone > use.made)
        for day in days
        for other in taken.get((unit, day), ())
    )


def _days(span: Interval[dt.datetime]) -> Iterator[dt.date]:
    """The days the span touches."""
    day = clock.day_of(span.start)
    while clock.at(day) < span.end:
        yield day
        day += clock.DAY
