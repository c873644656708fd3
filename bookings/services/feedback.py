"""Three questions after a use, behind a signed link that opens this one use and needs no log-in."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.db import transaction

from bookings import refusals
from bookings.locking import lock_booking
from bookings.models import FEEDBACK_DAYS, Booking, BookingState, Feedback
from center import clock
from center.errors import RuleViolation

_signer = signing.Signer(salt="bookings.feedback")


def token_of(booking: Booking) -> str:
    """What the link carries: the use's number, signed; opens no other and nothing else."""
    return _signer.sign(str(booking.pk))


def booking_of(token: str) -> Booking:
    """The use a link stands for. Raises Booking.DoesNotExist for a forged one."""
    try:
        pk = _signer.unsign(token)  # compared in constant time
    except signing.BadSignature:
        raise Booking.DoesNotExist from None
    return Booking.objects.select_related("resource").get(pk=pk)


def open_until(booking: Booking) -> dt.datetime:
    """The instant from which it is not asked any more."""
    return (booking.completed_at or booking.ends) + FEEDBACK_DAYS * clock.DAY


def refuse_unless_open(booking: Booking) -> None:
    """Raise ``feedback_given`` or ``feedback_over``."""
    if Feedback.objects.filter(booking=booking).exists():
        raise RuleViolation(refusals.feedback_given())
    if booking.state != BookingState.COMPLETED or clock.now() >= open_until(booking):
        raise RuleViolation(refusals.feedback_over(FEEDBACK_DAYS))


@transaction.atomic
def give(
    *, booking: Booking, space: int, help: int, equipment: int | None = None, text: str = ""
) -> Feedback:
    """Keep the answers, once. Raises RuleViolation ``feedback_given`` or ``feedback_over``."""
    booking = lock_booking(booking.pk)
    refuse_unless_open(booking)
    return Feedback.objects.create(
        booking=booking, space=space, equipment=equipment, help=help, text=text
    )
