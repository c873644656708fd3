"""Bookings for other programs: a calendar file, a QR code."""

from __future__ import annotations

import io
from collections.abc import Sequence

import segno
from django.conf import settings
from icalendar import Calendar, Event

from bookings.models import Booking, BookingState, Unit
from center import clock

_STATUS = {
    BookingState.REQUESTED: "TENTATIVE",
    BookingState.HELD: "TENTATIVE",
    BookingState.REJECTED: "CANCELLED",
    BookingState.CANCELLED: "CANCELLED",
    BookingState.EXPIRED: "CANCELLED",
}


def calendar_of(booking: Booking, units: Sequence[Unit]) -> bytes:
    """An RFC 5545 calendar with one event; SEQUENCE rises with every change."""
    event = Event()
    event.add("uid", f"{booking.reference}@{settings.CENTER_EMAIL.rpartition('@')[2]}")
    event.add("sequence", booking.sequence)
    event.add("dtstamp", clock.now())
    event.add("dtstart", booking.starts)
    event.add("dtend", booking.ends)
    what = ", ".join(str(unit) for unit in units) or str(booking.resource)
    event.add("summary", f"{settings.CENTER_NAME} – {what}")
    event.add("location", f"{settings.CENTER_ADDRESS} {booking.resource.location}".strip())
    event.add("description", f"{booking.reference} {booking.purpose}\n{settings.CENTER_PHONE}")
    event.add("status", _STATUS.get(BookingState(booking.state), "CONFIRMED"))
    calendar = Calendar()
    calendar.add("prodid", "-//commerce-center//bookings//KO")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def qr_of(booking: Booking) -> bytes:
    """The booking number as SVG, for staff to read at the door."""
    out = io.BytesIO()
    segno.make(booking.reference, error="m", micro=False).save(
        out, kind="svg", scale=4, border=2, xmldecl=False
    )
    return out.getvalue()
