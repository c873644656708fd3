"""Taking and freeing units: the only code that writes allocations of bookings."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import Allocation, Booking, Unit


def as_range(span: Span) -> DateTimeTZRange:
    return DateTimeTZRange(span.start, span.end, "[)")


# The sub-query with a limit asks the constraint's index once per unit; as NOT EXISTS, which the
# ORM would write, PostgreSQL scans the span over all units of the house, four times as long.
_FREE_SQL = """
SELECT u.* FROM bookings_unit u
WHERE u.resource_id = %(resource)s AND u.in_service AND (
    SELECT a.id FROM bookings_allocation a
    WHERE a.unit_id = u.id AND a.during && %(span)s LIMIT 1
) IS NULL AND NOT EXISTS (  -- also where a booking that was in its way has gone since
    SELECT 1 FROM bookings_closure c
    WHERE c.unit_id = u.id AND tstzrange(c.starts, c.ends) && %(span)s
)
ORDER BY u.capacity NULLS FIRST, u.position, u.id
"""


def free_unit(
    resource_id: int, span: Span, *, people: int = 1, capacity: int = 1, prefer: int | None = None
) -> Unit | None:
    """A unit in service that nothing occupies during ``span``: the preferred one if it can
    be, else the smallest that seats ``people``. ``capacity`` is that of units without their own.
    """
    fitting = [
        unit
        for unit in Unit.objects.raw(_FREE_SQL, {"resource": resource_id, "span": as_range(span)})
        if (unit.capacity or capacity) >= people
    ]
    return next((unit for unit in fitting if unit.pk == prefer), fitting[0] if fitting else None)


def take(booking: Booking, units: Iterable[Unit]) -> None:
    """Occupy ``units`` for the booking and its buffers; the constraint has the last word."""
    during = as_range(Interval(*booking.blocked))
    Allocation.objects.bulk_create(
        [Allocation(unit=unit, during=during, booking=booking) for unit in units]
    )


def release(booking: Booking) -> None:
    """Give back every unit of a booking that ends, and remember which they were."""
    booking.released_units.set(Unit.objects.filter(allocations__booking=booking))
    free([booking.pk])


def free(booking_ids: Iterable[int]) -> None:
    """Give back every unit of these bookings."""
    Allocation.objects.filter(booking_id__in=list(booking_ids)).delete()
