"""What a tablet at a door shows and finds: today's bookings, with as little of people as
will do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from bookings import references
from bookings.models import Booking, BookingState, DoorDevice
from bookings.models.bookings import BookingQuerySet
from center import clock, display

_SHOWN = (BookingState.CONFIRMED, BookingState.CHECKED_IN)


@dataclass(frozen=True)
class DoorRow:
    """A booking as strangers may read it beside the door."""

    starts: dt.datetime
    ends: dt.datetime
    place: str
    name: str
    is_in: bool


def rows(device: DoorDevice, now: dt.datetime) -> list[DoorRow]:
    """Who is expected today and who is in, soonest first. 2 queries."""
    expected = Q(state__in=_SHOWN, ends__gt=now)
    inside = Q(state=BookingState.CHECKED_IN)
    found = _of_day(device, now).filter(expected | inside).select_related("resource", "merchant")
    with_units = found.prefetch_related("allocations__unit__resource").order_by("starts", "pk")
    return [_row(booking) for booking in with_units]


def find(device: DoorDevice, typed: str, now: dt.datetime) -> Booking | None:
    """The booking of a number, typed as people do: of any day and space when it is exact, of
    this door and today when a character is mistaken for one that looks like it."""
    reference = references.normal(typed)
    bookings = Booking.objects.booked().select_related("resource")
    if exact := bookings.filter(reference=reference).first():
        return exact
    wanted = references.likeness(reference)
    alike = [
        booking
        for booking in _of_day(device, now).booked().select_related("resource")
        if references.likeness(booking.reference) == wanted
    ]
    return alike[0] if len(alike) == 1 else None


def place_of(booking: Booking) -> str:
    """The room or seat, for the screen that lets somebody in."""
    units = [allocation.unit for allocation in booking.allocations.select_related("unit__resource")]
    spaces = [unit for unit in units if unit.resource_id == booking.resource_id]
    return str(spaces[0]) if spaces else booking.resource.display_name


def _of_day(device: DoorDevice, now: dt.datetime) -> BookingQuerySet:
    """A use into the small hours still belongs to its door."""
    begins, ends = clock.day_bounds(clock.day_of(now))
    found = Booking.objects.filter(starts__lt=ends, ends__gt=begins)
    return found.filter(resource=device.resource_id) if device.resource_id else found


def _row(booking: Booking) -> DoorRow:
    units = [allocation.unit for allocation in booking.allocations.all()]
    spaces = [unit for unit in units if unit.resource_id == booking.resource_id]
    return DoorRow(
        starts=booking.starts,
        ends=booking.ends,
        place=str(spaces[0]) if spaces else booking.resource.display_name,
        name=display.masked(booking.merchant.name) if booking.merchant else "",
        is_in=booking.state == BookingState.CHECKED_IN,
    )
