"""Uses of years before this portal, entered as they ended: no rule of today is asked, nobody
is told, no penalty follows. The constraint decides about units as everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bookings.models import (
    Booking,
    BookingSource,
    BookingState,
    Resource,
    StaffCancelReason,
    Unit,
)
from bookings.services import units
from center import clock
from center.models import User
from merchants.models import Merchant

#: how a past use may have ended
ENDINGS = frozenset({BookingState.COMPLETED, BookingState.NO_SHOW, BookingState.CANCELLED})


@dataclass(frozen=True)
class PastUse:
    """``unit`` is the one it had, or would have had."""

    merchant: Merchant
    resource: Resource
    unit: Unit
    starts: dt.datetime
    ends: dt.datetime
    state: BookingState
    purpose: str
    headcount: int


def lock_businesses(numbers: Collection[str]) -> list[Merchant]:
    """The businesses of these numbers, in the lock order; their limits count what is entered."""
    known = Merchant.objects.holders().filter(number__in=numbers)
    return list(known.order_by("pk").select_for_update(no_key=True))


def enter(uses: Sequence[PastUse], *, by: User | None) -> list[Booking]:
    """Write the uses, under the locks of their businesses and spaces. 4 statements, however many.

    The history of each says who and, by its context, from which file. Raises ValueError for one
    that is not over or has not ended, IntegrityError where a unit is taken.
    """
    now = clock.now()
    if any(use.ends > now or use.state not in ENDINGS for use in uses):
        raise ValueError("only uses that are over")
    made = Booking.objects.bulk_create(_booking(use, by, now) for use in uses)
    pairs = list(zip(made, (use.unit for use in uses), strict=True))
    units.take_each([(b, unit) for b, unit in pairs if b.state in BookingState.occupying])
    given_back = Booking.released_units.through
    given_back.objects.bulk_create(
        given_back(booking=booking, unit=unit)
        for booking, unit in pairs
        if booking.state not in BookingState.occupying
    )
    return made


def _booking(use: PastUse, by: User | None, now: dt.datetime) -> Booking:
    booking = Booking(
        merchant=use.merchant,
        resource=use.resource,
        booked_by=by,
        source=BookingSource.IMPORT,
        starts=use.starts,
        ends=use.ends,
        state=use.state,
        purpose=use.purpose,
        headcount=use.headcount,
        cancellable_until=use.starts,
        created_at=now,
        requested_at=now,
    )
    if use.state == BookingState.COMPLETED:
        booking.checked_in_at, booking.completed_at = use.starts, use.ends
        return booking
    booking.closed_at = use.starts
    if use.state == BookingState.CANCELLED:
        booking.reason_code = StaffCancelReason.OTHER
    return booking
