"""Holds that end without a booking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import connection, transaction

from bookings.models import Booking, BookingState
from bookings.services import units

_BATCH = 500


# Written out: everybody who finds no unit free asks this once more, under the locks.
_ENDED_SQL = """
SELECT b.id FROM bookings_booking b
WHERE b.state = 'held' AND b.held_until <= %(now)s AND (
    %(resources)s::bigint[] IS NULL OR EXISTS (
        SELECT 1 FROM bookings_allocation a JOIN bookings_unit u ON u.id = a.unit_id
        WHERE a.booking_id = b.id AND u.resource_id = ANY(%(resources)s::bigint[])
    )
)
ORDER BY b.id LIMIT %(batch)s FOR NO KEY UPDATE OF b SKIP LOCKED
"""


@transaction.atomic(savepoint=False)
def expire_ended_holds(*, now: dt.datetime, resource_ids: Collection[int] | None = None) -> int:
    """End holds that ran out by ``now`` and give their units back; returns how many.

    Rows that somebody is just confirming are left to him. Safe to run twice and side by side.
    """
    resources = None if resource_ids is None else list(resource_ids)
    with connection.cursor() as cursor:
        cursor.execute(_ENDED_SQL, {"now": now, "resources": resources, "batch": _BATCH})
        ended = [pk for (pk,) in cursor.fetchall()]
    return _expire(ended, now, "ran_out")


def give_up_holds(holds: Sequence[Booking], *, now: dt.datetime) -> int:
    """Give back what a person held, because he chooses anew. Inside a transaction."""
    if not holds:
        return 0
    rows = Booking.objects.filter(pk__in=[hold.pk for hold in holds], state=BookingState.HELD)
    ids = list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    return _expire(ids, now, "given_up")


def _expire(ids: Sequence[int], now: dt.datetime, reason: str) -> int:
    if not ids:
        return 0
    units.free(ids)
    return Booking.objects.filter(pk__in=ids, state=BookingState.HELD).update(
        state=BookingState.EXPIRED, closed_at=now, reason_code=reason
    )
