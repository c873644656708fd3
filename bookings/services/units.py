"""Taking and freeing units: the only code that writes allocations of bookings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import Booking, Unit
from bookings.services import freed
from center import clock, rows

_LEAST = dt.timedelta(minutes=1)


def as_range(span: Span) -> DateTimeTZRange:
    return DateTimeTZRange(span.start, span.end, "[)")


# The sub-query with a limit asks the constraint's index once per unit; as NOT EXISTS, which the
# ORM would write, PostgreSQL scans the span over all units of the house, four times as long.
_FREE_SQL = """
SELECT u.*, EXISTS (
    SELECT FROM bookings_freed f
    WHERE f.unit_id = u.id AND f.during && %(span)s AND f.freed_at > %(since)s
      AND f.booking_id <> ALL (%(own)s::bigint[])
) AS is_the_lines
FROM bookings_unit u
WHERE u.resource_id = %(resource)s AND u.in_service AND (
    SELECT a.id FROM bookings_allocation a
    WHERE a.unit_id = u.id AND a.during && %(span)s LIMIT 1
) IS NULL AND NOT EXISTS (  -- also where a booking that was in its way has gone since
    SELECT 1 FROM bookings_closure c
    WHERE c.unit_id = u.id AND tstzrange(c.starts, c.ends) && %(span)s
)
ORDER BY is_the_lines, u.capacity NULLS FIRST, u.position, u.id
"""


def free_unit(
    resource_id: int,
    span: Span,
    *,
    people: int = 1,
    capacity: int = 1,
    prefer: int | None = None,
    own: Sequence[int] = (),
) -> Unit | None:
    """A unit in service that nothing occupies during ``span``: the preferred one if it can
    be, else the smallest that seats ``people``; one that is the line's (``is_the_lines``, which
    what the ``own`` bookings gave back is not) only where there is no other. ``capacity`` is
    that of units without their own.
    """
    asked = {
        "resource": resource_id,
        "span": as_range(span),
        "since": clock.now() - freed.LINE_FIRST,
        "own": list(own),
    }
    free = rows.read(Unit, _FREE_SQL, asked)
    fitting = [unit for unit in free if (unit.capacity or capacity) >= people]
    return next((unit for unit in fitting if unit.pk == prefer), fitting[0] if fitting else None)


def is_the_lines(unit: Unit) -> bool:
    """Of a unit found free: whether it was just given back and somebody waits for that time."""
    return bool(vars(unit)["is_the_lines"])


# As above, without the allocations that a new choice of this person would sweep or give back.
_ALL_TAKEN_SQL = """
SELECT (SELECT version FROM bookings_houseversion), NOT EXISTS (
    SELECT 1 FROM bookings_unit u
    WHERE u.resource_id = %(resource)s AND u.in_service AND (
        SELECT a.id FROM bookings_allocation a
        WHERE a.unit_id = u.id AND a.during && %(span)s AND coalesce(a.booking_id, 0) <> ALL (ARRAY(
            SELECT b.id FROM bookings_booking b
            WHERE b.state = 'held' AND (b.held_until <= %(now)s OR b.booked_by_id = %(user)s)
        )) LIMIT 1
    ) IS NULL AND NOT EXISTS (
        SELECT 1 FROM bookings_closure c
        WHERE c.unit_id = u.id AND tstzrange(c.starts, c.ends) && %(span)s
    )
)
"""


def all_taken(resource_id: int, span: Span, *, user_id: int, now: dt.datetime) -> tuple[int, bool]:
    """The version of the house's settings, and whether every unit is occupied during ``span`` by
    somebody else, as committed when it was asked. One query, no lock: good for refusing, never
    for granting."""
    wanted = {"resource": resource_id, "span": as_range(span), "user": user_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_ALL_TAKEN_SQL, wanted)
        version, taken = cursor.fetchone()
    return int(version), bool(taken)


_TAKE_SQL = """
INSERT INTO bookings_allocation (unit_id, booking_id, during)
SELECT unit_id, %s, %s FROM unnest(%s::bigint[]) unit_id
"""
_TAKE_AT_ONCE_SQL = """
INSERT INTO bookings_allocation (unit_id, booking_id, during)
SELECT %s, booked.id, %s FROM booked RETURNING booking_id
"""


def take(booking: Booking, units: Iterable[Unit]) -> None:
    """Occupy ``units`` for the booking and its buffers; the constraint has the last word."""
    taken = [unit.pk for unit in units]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_SQL, [booking.pk, as_range(Interval(*booking.blocked)), taken])


_TAKE_EACH_SQL = """
INSERT INTO bookings_allocation (unit_id, booking_id, during)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::tstzrange[])
"""


def take_each(pairs: Sequence[tuple[Booking, Unit]]) -> None:
    """Occupy for each booking its unit, in one statement; the constraint has the last word."""
    columns = [
        [unit.pk for _booking, unit in pairs],
        [booking.pk for booking, _unit in pairs],
        [as_range(Interval(*booking.blocked)) for booking, _unit in pairs],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_EACH_SQL, columns)


_TAKEN_SQL = """
SELECT wanted.unit_id, wanted.during
FROM unnest(%s::bigint[], %s::tstzrange[]) AS wanted (unit_id, during)
WHERE EXISTS (
    SELECT FROM bookings_allocation a
    WHERE a.unit_id = wanted.unit_id AND a.during && wanted.during
)
"""


def taken(wanted: Iterable[tuple[int, Span]]) -> set[tuple[int, dt.datetime, dt.datetime]]:
    """Which of these units something occupies in its span: unit, start, end. One query."""
    asked = [(unit, as_range(span)) for unit, span in wanted]
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN_SQL, [[unit for unit, _ in asked], [span for _, span in asked]])
        return {(unit, span.lower, span.upper) for unit, span in cursor.fetchall()}


def take_anew(booking: Booking, unit: Unit) -> None:
    """Write a new booking and let it occupy ``unit``, in one statement; the constraint has the
    last word."""
    insertion, values = rows.insertion(booking)
    sql = f"WITH booked AS ({insertion}) {_TAKE_AT_ONCE_SQL}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, unit.pk, as_range(Interval(*booking.blocked))])
        booking.pk = cursor.fetchone()[0]
    booking._state.adding, booking._state.db = False, connection.alias


def release(booking: Booking) -> None:
    """Give back every unit of a booking that ends, and remember which they were."""
    booking.released_units.set(Unit.objects.filter(allocations__booking=booking))
    free([booking.pk])


def reach(booking: Booking) -> None:
    """Let the booking's units be taken until its end and the buffer after it; the constraint
    has the last word."""
    for allocation in booking.allocations.all():
        allocation.during = as_range(Interval(allocation.during.lower, booking.blocked[1]))
        allocation.save(update_fields=["during"])


def shorten(booking: Booking, at: dt.datetime) -> None:
    """Give back what is left of the booking's time at ``at``, the buffer after it included.

    Somebody who leaves before the use begins keeps a first minute: a use, however short,
    took its unit.
    """
    for allocation in booking.allocations.all():
        end = max(at, allocation.during.lower + _LEAST)
        if end < allocation.during.upper:
            allocation.during = as_range(Interval(allocation.during.lower, end))
            allocation.save(update_fields=["during"])
            freed.tell()


def free(booking_ids: Iterable[int]) -> None:
    """Give back every unit of these bookings; whoever waits for one hears of it."""
    freed.give_back(list(booking_ids))
