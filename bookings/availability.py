"""What is free: for pages and for ``slots.json``. Never for deciding – services decide
under their locks.

Any number of resources and days is read in a constant number of queries. Times are counted
in whole minutes since the epoch, so that a month of a large resource stays cheap.
"""

from __future__ import annotations

import datetime as dt
import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection

from bookings import house, opening
from bookings.house import Span
from bookings.intervals import Interval, union
from bookings.models import Booking, Policy, Resource
from bookings.opening import OpeningCalendar
from bookings.policies import MINUTE, Rules, rules_on
from center import clock

#: how far the search for the next free slot goes
NEXT_FREE_DAYS = 31


class Busy(NamedTuple):
    """Disjoint spans of one unit, ascending: first minutes, and minutes after the last."""

    starts: Sequence[int]
    ends: Sequence[int]


class Slot(NamedTuple):
    """A use of the shortest length that could start here, and how many units are free for it."""

    start: dt.datetime
    end: dt.datetime
    free_units: int


def minutes(instant: dt.datetime) -> int:
    return int(instant.timestamp()) // 60


def count_free(wanted: Sequence[tuple[int, int]], units: Sequence[Busy]) -> list[int]:
    """For each wanted span, ascending in both ends, the number of units free throughout it."""
    starts = [start for start, _end in wanted]
    ends = [end for _start, end in wanted]
    if not wanted:
        return []
    taken = [0] * len(wanted)
    for busy in units:
        done = 0  # spans of one unit may touch the same wish: count the unit once
        near = bisect_right(busy.ends, starts[0]), bisect_left(busy.starts, ends[-1])
        for first, last in zip(busy.starts[slice(*near)], busy.ends[slice(*near)], strict=True):
            low = max(bisect_right(ends, first), done)
            high = bisect_left(starts, last)
            for index in range(low, high):
                taken[index] += 1
            done = max(done, high)
    return [len(units) - count for count in taken]


@dataclass
class Outlook:
    """Everything needed to say what is free of one resource in a range of days."""

    resource: Resource
    now: dt.datetime
    calendar: OpeningCalendar
    policies: Sequence[Policy]
    units: Sequence[Busy]
    _rules: dict[int, Rules] = field(default_factory=dict)

    def rules(self, day: dt.date) -> Rules:
        """The rules for uses on ``day``."""
        in_force = sum(policy.valid_from <= day for policy in self.policies)
        if in_force not in self._rules:
            self._rules[in_force] = rules_on(day, self.policies)
        return self._rules[in_force]

    def slots(self, day: dt.date) -> list[Slot]:
        """Every slot of the grid on ``day`` that opening and closures leave, free or not."""
        rules = self.rules(day)
        spans = list(_grid(self.calendar.bookable(day), day, rules))
        blocked = [rules.blocked(span) for span in spans]
        wanted = [(minutes(start), minutes(end)) for start, end in blocked]
        free = count_free(wanted, self.units)
        return [Slot(start, end, n) for (start, end), n in zip(spans, free, strict=True)]

    def earliest(self, day: dt.date) -> dt.datetime:
        return self.rules(day).earliest(self.now, self.calendar.business_days)

    def bookable_slots(self, days: Iterable[dt.date]) -> Iterator[Slot]:
        """The slots that could be booked now: free, not too soon, not too far ahead."""
        earliest: dict[tuple[int, int], dt.datetime] = {}
        for day in days:
            rules = self.rules(day)
            if day > rules.last_day(self.now):
                continue
            notice = (rules.notice_days, rules.notice_hours)
            if notice not in earliest:
                earliest[notice] = max(self.earliest(day), self.now + MINUTE)
            if clock.at(day + clock.DAY) <= earliest[notice]:
                continue
            for slot in self.slots(day):
                if slot.free_units and slot.start >= earliest[notice]:
                    yield slot

    def free_for(self, wanted: Interval[dt.datetime]) -> int:
        """How many units are free throughout ``wanted`` and its buffers."""
        blocked = self.rules(clock.day_of(wanted.start)).blocked(wanted)
        return count_free([(minutes(blocked.start), minutes(blocked.end))], self.units)[0]

    def has_room_for(self, wanted: Interval[dt.datetime]) -> bool:
        """Whether ``wanted`` lies within the opening hours and a unit is free throughout it."""
        spans = self.calendar.bookable(clock.day_of(wanted.start))
        return any(wanted.within(span) for span in spans) and self.free_for(wanted) > 0


def _grid(
    spans: Iterable[Interval[dt.datetime]], day: dt.date, rules: Rules
) -> Iterator[Interval[dt.datetime]]:
    """Starts on the grid counted from midnight, each as long as the shortest use."""
    midnight = clock.at(day)
    step = rules.slot_minutes * MINUTE
    length = -(-rules.min_minutes // rules.slot_minutes) * step
    for span in spans:
        start = midnight - (midnight - span.start) // step * step
        while start + length <= span.end:
            yield Interval(start, start + length)
            start += step


def load(
    resources: Sequence[Resource],
    first: dt.date,
    last: dt.date,
    *,
    without: Sequence[Booking] = (),
) -> dict[int, Outlook]:
    """Outlooks by resource id for the days ``first`` to ``last`` inclusive. 2 queries.

    Bookings in ``without`` count as not there: the one being moved, one's own hold.
    """
    now = clock.now()
    rules_of_the_house = house.current()
    calendars = opening.calendars(rules_of_the_house, resources, first, last)
    unit_closures = rules_of_the_house.unit_closures
    window = (clock.at(first - clock.DAY), clock.at(last + 2 * clock.DAY))
    units = _busy_units(
        [r.pk for r in resources], window, now, [b.pk for b in without], unit_closures
    )
    return {
        resource.pk: Outlook(
            resource=resource,
            now=now,
            calendar=calendars[resource.pk],
            policies=rules_of_the_house.policies_for(resource),
            units=units.get(resource.pk, []),
        )
        for resource in resources
    }


# Written by hand: one pass over the constraint's own index per unit, and the spans come back
# as two arrays of numbers instead of thousands of rows of datetimes. Holds that ran out but
# were not swept yet count as free; closures of a unit count where a booking once in their way
# has gone since.
_BUSY_SQL = """
SELECT u.resource_id, u.id,
       array_agg((extract(epoch FROM lower(a.during)) / 60)::bigint ORDER BY a.during)
           FILTER (WHERE a.id IS NOT NULL),
       array_agg(ceil(extract(epoch FROM upper(a.during)) / 60)::bigint ORDER BY a.during)
           FILTER (WHERE a.id IS NOT NULL)
FROM bookings_unit u
LEFT JOIN bookings_allocation a ON a.unit_id = u.id AND a.during && tstzrange(%(low)s, %(high)s)
     AND coalesce(a.booking_id, 0) <> ALL (ARRAY(
         SELECT id FROM bookings_booking WHERE state = 'held' AND held_until <= %(now)s
     ) || %(without)s::bigint[])
WHERE u.resource_id = ANY(%(resources)s) AND u.in_service
GROUP BY u.id
"""


def _busy_units(
    resource_ids: Sequence[int],
    window: tuple[dt.datetime, dt.datetime],
    now: dt.datetime,
    without: Sequence[int],
    closures: Mapping[int, Sequence[Span]],
) -> dict[int, list[Busy]]:
    found: dict[int, list[Busy]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _BUSY_SQL,
            {
                "low": window[0],
                "high": window[1],
                "now": now,
                "without": list(without),
                "resources": list(resource_ids),
            },
        )
        for resource_id, unit_id, lows, highs in cursor.fetchall():
            busy = Busy(lows or (), highs or ())
            if unit_id in closures:
                busy = _closed_too(busy, closures[unit_id])
            found.setdefault(resource_id, []).append(busy)
    return found


def _closed_too(busy: Busy, closures: Iterable[Span]) -> Busy:
    """Busy, or closed: its closures' allocations left out what was in their way."""
    spans = [Interval(*span) for span in zip(busy.starts, busy.ends, strict=True)]
    spans += [Interval(minutes(span.start), minutes(span.end)) for span in closures]
    merged = union(spans)
    return Busy([span.start for span in merged], [span.end for span in merged])


def free_slots(resource: Resource, first: dt.date, days: int) -> list[Slot]:
    """The slots of ``days`` days from ``first`` that could be booked now."""
    last = first + (days - 1) * clock.DAY
    outlook = load([resource], first, last)[resource.pk]
    return list(outlook.bookable_slots(first + n * clock.DAY for n in range(days)))


def nearest_free(resource: Resource, wanted: Span, *, limit: int = 4) -> list[Span]:
    """The free times nearest to ``wanted``, as long as it or as the rules allow, in order of
    time. Looks three days back and forth, and two weeks if that is not enough."""
    for reach_days in (3, 14):
        found = _free_within(resource, wanted, reach_days, limit)
        if len(found) == limit:
            break
    return found


def _free_within(resource: Resource, wanted: Span, reach_days: int, limit: int) -> list[Span]:
    today = clock.today()
    middle = min(max(clock.day_of(wanted.start), today), today + NEXT_FREE_DAYS * clock.DAY)
    first = max(middle - reach_days * clock.DAY, today)
    last = middle + reach_days * clock.DAY
    outlook = load([resource], first, last)[resource.pk]
    length = _allowed_length(wanted.end - wanted.start, outlook.rules(middle))
    days = (first + n * clock.DAY for n in range((last - first).days + 1))
    starts = sorted(
        (slot.start for slot in outlook.bookable_slots(days)),
        key=lambda start: abs(start - wanted.start),
    )
    choices = (Interval(start, start + length) for start in starts)
    possible = (choice for choice in choices if outlook.has_room_for(choice))
    return sorted(itertools.islice(possible, limit))


def _allowed_length(length: dt.timedelta, rules: Rules) -> dt.timedelta:
    """The nearest length that the rules allow."""
    grid = rules.slot_minutes * MINUTE
    shortest, longest = rules.min_minutes * MINUTE, rules.max_minutes * MINUTE
    return -(-min(max(length, shortest), longest) // grid) * grid


def next_free(resources: Sequence[Resource]) -> dict[int, tuple[Outlook, Slot | None]]:
    """Of each resource the outlook and the first slot that could be booked now. 2 queries."""
    today = clock.today()
    days = [today + n * clock.DAY for n in range(NEXT_FREE_DAYS + 1)]
    outlooks = load(resources, days[0], days[-1])
    return {pk: (o, next(o.bookable_slots(days), None)) for pk, o in outlooks.items()}
