"""Staff's answer to a request, and what becomes of one they never answered."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import DatabaseError, transaction

from bookings import messages, refusals
from bookings.locking import lock_booking, lock_merchant
from bookings.models import Booking, BookingState, RejectReason
from bookings.policies import fallen_violations
from bookings.services import overriding, units
from bookings.services.facts import rules_for, standing_of
from bookings.staff_refusals import of_business
from center import clock, metrics
from center.errors import RuleViolation, Violation
from center.models import User
from merchants.models import Merchant
from merchants.services.members import refuse_own_business

log = structlog.get_logger(__name__)


@transaction.atomic
def approve(*, booking: Booking, by: User, seen: int | None = None, override: str = "") -> Booking:
    """Confirm a request. Of two operators the second hears ``already_decided`` and by whom.

    ``seen`` is the sequence of the request that was looked at; ``override`` the reason for
    approving although the business could not book today. Raises RuleViolation
    ``changed_meanwhile`` if it is not that one any more, ``already_decided``, ``own_business``,
    ``past`` or what has come up against the business since it asked.
    """
    merchant = lock_merchant(booking.merchant_id) if booking.merchant_id else None
    booking = _requested(booking, by, seen)
    if booking.starts <= clock.now():
        raise RuleViolation(refusals.past())
    found = _come_up_against(merchant, booking) if merchant else []
    codes = overriding.refuse_or_set_aside(found, reason=override)
    overriding.keep(booking, codes, reason=override, by=by)
    booking.state = BookingState.CONFIRMED
    booking.sequence += 1
    booking.confirmed_at, booking.decided_by, booking.decide_until = clock.now(), by, None
    booking.save(update_fields=["state", "confirmed_at", "decided_by", "decide_until", "sequence"])
    messages.decided(booking)
    metrics.booking_entered(booking.state, booking.source)
    return booking


@transaction.atomic
def reject(
    *, booking: Booking, by: User, reason: RejectReason, text: str = "", seen: int | None = None
) -> Booking:
    """Refuse a request with a reason and free its units; ``seen`` as in ``approve``.

    Raises RuleViolation ``changed_meanwhile``, ``already_decided`` or ``own_business``.
    """
    return _rejected(_requested(booking, by, seen), reason, text=text, by=by)


def reject_unanswered(*, now: dt.datetime) -> int:
    """Refuse every request whose time has begun without an answer, with the reason
    ``unanswered``, and tell its business; how many. From that instant on nobody can approve
    it either. Each in a transaction of its own; safe to run twice and side by side."""
    rejected = 0
    begun = Booking.objects.filter(state=BookingState.REQUESTED, starts__lte=now)
    for pk in begun.order_by("starts", "pk").values_list("pk", flat=True):
        try:
            rejected += _reject_unanswered(pk)
        except DatabaseError:  # the others are told nevertheless, this one the next minute
            log.exception("request_not_rejected", booking=pk)
    return rejected


@transaction.atomic
def _reject_unanswered(pk: int) -> bool:
    booking = lock_booking(pk)
    if booking.state != BookingState.REQUESTED or booking.starts > clock.now():
        return False  # answered or moved since
    _rejected(booking, RejectReason.UNANSWERED)
    return True


def _rejected(
    booking: Booking, reason: RejectReason, *, text: str = "", by: User | None = None
) -> Booking:
    """The request, locked by the caller, refused and told of."""
    units.release(booking)
    booking.state = BookingState.REJECTED
    booking.sequence += 1
    booking.reason_code, booking.reason_text = reason, text
    booking.closed_at, booking.decided_by, booking.decide_until = clock.now(), by, None
    booking.save(
        update_fields=[
            "state",
            "reason_code",
            "reason_text",
            "closed_at",
            "decided_by",
            "decide_until",
            "sequence",
        ]
    )
    messages.decided(booking)
    metrics.booking_entered(booking.state, booking.source)
    return booking


def _come_up_against(merchant: Merchant, booking: Booking) -> list[Violation]:
    """Approving is a booking once more: what bars the business today bars this too."""
    day, now = clock.day_of(booking.starts), clock.now()
    standing = standing_of(merchant, booking.resource, day, now, without=[booking])
    rules = rules_for(booking.resource, day)
    return [of_business(it, rules, standing) for it in fallen_violations(standing, now)]


def _requested(booking: Booking, by: User, seen: int | None) -> Booking:
    booking = lock_booking(booking.pk)
    if booking.merchant is not None:
        refuse_own_business(booking.merchant, by)
    if booking.state != BookingState.REQUESTED:
        who = booking.decided_by.name if booking.decided_by else ""
        raise RuleViolation(refusals.already_decided(booking.get_state_display(), who))
    if seen not in (None, booking.sequence):
        raise RuleViolation(refusals.changed_meanwhile())
    return booking
