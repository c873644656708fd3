"""Bookings of October, the month before that of the tests."""

import datetime as dt

from bookings.intervals import Interval
from bookings.models import Allocation, Booking, BookingState
from bookings.services.units import as_range
from tests.conftest import kst

HOUR = dt.timedelta(hours=1)
HEAD = "사업자등록번호,공간,호실/좌석,이용일,시작,종료,결과,이용 목적,인원"


def used(
    space,
    merchant,
    starts,
    *,
    hours=2,
    made=None,
    state=BookingState.COMPLETED,
    units=(),
    **fields,
):
    """A booking of last month as it was left, in the first unit of its space or in ``units``."""
    made = made or starts - dt.timedelta(days=10)
    booking = Booking.objects.create(
        resource=space,
        merchant=merchant,
        starts=starts,
        ends=starts + hours * HOUR,
        state=state,
        created_at=made,
        requested_at=made,
        cancellable_until=starts,
        **fields,
    )
    units = units or [space.units.first()]
    if state not in BookingState.occupying:
        booking.released_units.set(units)
        return booking
    during = as_range(Interval(booking.starts, booking.ends))
    for unit in units:
        Allocation.objects.create(unit=unit, booking=booking, during=during)
    return booking


def october(day, hour=10):
    return kst(day, hour, month=10)
