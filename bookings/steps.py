"""The way of a booking as its page shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bookings.models import Booking, BookingSource, BookingState


@dataclass(frozen=True)
class Step:
    label: str
    at: dt.datetime | None
    style: str


def steps_of(booking: Booking) -> list[Step]:
    """The way of a booking: done steps, the one it is at, the ones to come."""
    if booking.source == BookingSource.IMPORT:
        return _steps_taken_over(booking)
    steps: list[tuple[str, dt.datetime | None]] = [(_("Requested"), booking.requested_at)]
    if booking.state in BookingState.ended:
        done = [Step(label, at, "done") for label, at in steps if at]
        return [*done, Step(booking.get_state_display(), booking.closed_at, "now")]
    waiting = booking.state == BookingState.REQUESTED
    steps += [
        (_("Waiting for approval") if waiting else _("Confirmed"), booking.confirmed_at),
        (_("Use"), booking.checked_in_at),
        (_("Finished"), booking.completed_at),
    ]
    at_step = sum(1 for _label, at in steps if at)
    styles = ["done" if n < at_step else "now" if n == at_step else "" for n in range(len(steps))]
    return [
        Step(label, at or (booking.starts if n == 2 else None), style)
        for n, ((label, at), style) in enumerate(zip(steps, styles, strict=True))
    ]


def _steps_taken_over(booking: Booking) -> list[Step]:
    """Of a use from before this portal: when it was requested or called off nobody knows."""
    if booking.state in BookingState.ended:
        return [Step(booking.get_state_display(), None, "now")]
    return [
        Step(_("Use"), booking.checked_in_at, "done"),
        Step(_("Finished"), booking.completed_at, "done"),
    ]
