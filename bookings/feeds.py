"""Bookings for other programs: calendars, a QR code."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from bookings.models import Booking, BookingState, Unit

_STATUS = {
    BookingState.REQUESTED: "TENTATIVE",
    BookingState.HELD: "TENTATIVE",
    BookingState.REJECTED: "CANCELLED",
    BookingState.CANCELLED: "CANCELLED",
    BookingState.EXPIRED: "CANCELLED",
    BookingState.NO_SHOW: "CANCELLED",  # its time was given back
}
#: how often a program is asked to look again
_REFRESH = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Entry:
    """A booking as calendars know it; SEQUENCE rises with every change."""

    uid: str
    sequence: int
    starts: dt.datetime
    ends: dt.datetime
    summary: str
    location: str
    description: str
    status: str


def entry_of(booking: Booking, units: Sequence[Unit]) -> Entry:
    """For the business the booking belongs to."""
    said = f"{booking.reference} {booking.purpose}\n{settings.CENTER_PHONE}"
    return _entry(booking, f"{house_name()} – {_what(booking, units)}", said)


def entry_for_staff(booking: Booking, units: Sequence[Unit]) -> Entry:
    """For the desk: whose booking it is, and nothing about the people who come."""
    whose = booking.merchant.name if booking.merchant else _("The house")
    said = f"{booking.reference} · {booking.get_state_display()} · {booking.headcount}"
    return _entry(booking, f"{_what(booking, units)} – {whose}", said)


def calendar_of(entries: Iterable[Entry], *, stamp: dt.datetime, name: str | None = None) -> bytes:
    """An RFC 5545 calendar. ``stamp``: the moment it shows; ``name``: of one to be looked at
    again and again (RFC 7986, and what programs understood before it)."""
    calendar = Calendar()
    calendar.add("prodid", "-//commerce-center//bookings//KO")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name is not None:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT30M")
    for entry in entries:
        calendar.add_component(_event(entry, stamp))
    return bytes(calendar.to_ical())


def house_name() -> str:
    """In the language of whoever reads the calendar."""
    return settings.CENTER_NAME if get_language() == "ko" else settings.CENTER_NAME_EN


def _entry(booking: Booking, summary: str, description: str) -> Entry:
    address = settings.CENTER_ADDRESS if get_language() == "ko" else settings.CENTER_ADDRESS_EN
    return Entry(
        uid=f"{booking.reference}@{settings.CENTER_EMAIL.rpartition('@')[2]}",
        sequence=booking.sequence,
        starts=booking.starts,
        ends=booking.ends,
        summary=summary,
        location=f"{address} {booking.resource.display_location}".strip(),
        description=description,
        status=_STATUS.get(BookingState(booking.state), "CONFIRMED"),
    )


def _event(entry: Entry, stamp: dt.datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.starts)
    event.add("dtend", entry.ends)
    event.add("summary", entry.summary)
    event.add("location", entry.location)
    event.add("description", entry.description)
    event.add("status", entry.status)
    return event


def _what(booking: Booking, units: Sequence[Unit]) -> str:
    return ", ".join(str(unit) for unit in units) or str(booking.resource)


def qr_of(booking: Booking) -> bytes:
    """The booking number as SVG, for staff to read at the door."""
    out = io.BytesIO()
    segno.make(booking.reference, error="m", micro=False).save(
        out, kind="svg", scale=4, border=2, xmldecl=False
    )
    return out.getvalue()
