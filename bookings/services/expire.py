"""Holds that end without a booking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction

from bookings.models import Booking, BookingState
from bookings.services import units

_BATCH = 500


@transaction.atomic
def expire_ended_holds(*, now: dt.datetime, resource_ids: Collection[int] | None = None) -> int:
    """End holds that ran out by ``now`` and give their units back; returns how many.

    Rows that somebody is just confirming are left to him. Safe to run twice and side by side.
    """
    ended = Booking.objects.holds_ended(now)
    if resource_ids is not None:
        ended = ended.filter(allocations__unit__resource_id__in=list(resource_ids))
    rows = ended.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return _expire(list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]), now, "ran_out")


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
