"""Coming and going: who is let in when, who has left, who did not come.

Nobody else sets ``checked_in``, ``completed`` or ``no_show``. Letting in and out locks the
booking alone; marking a no-show may keep its business from booking and locks that first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bookings import entry_refusals as refusals
from bookings import house, messages
from bookings.locking import lock_booking, lock_merchant
from bookings.models import Booking, BookingState, DoorDevice, HandOver
from bookings.policies import MINUTE, Rules
from bookings.services import doors, no_shows, units
from bookings.services.facts import rules_for
from center import clock, metrics
from center.errors import RuleViolation, Violation
from center.models import User
from merchants.services.members import refuse_own_business

log = structlog.get_logger(__name__)


@transaction.atomic
def check_in(
    *,
    booking: Booking,
    by: User | None,
    device: DoorDevice | None = None,
    arrived_at: dt.datetime | None = None,
) -> Booking:
    """Let somebody in for a booking: within the entry window of the rules on its day of use.

    ``by`` is a member of staff, who may still let in late until the worker marks the
    booking, but not for a business they act for; ``device`` the tablet of a door, which may
    tell that somebody came before it could reach us. Raises RuleViolation ``own_business``,
    ``wrong_space``, ``too_early``, ``wrong_day``, ``too_late``, ``already_in``,
    ``already_left``, ``marked_no_show``, ``not_confirmed`` or ``cancelled``.
    """
    booking = lock_booking(booking.pk)
    arrived = arrived_at or clock.now()
    by_staff = by is not None and by.is_staff
    if by is not None and by_staff and booking.merchant is not None:
        refuse_own_business(booking.merchant, by)
    if device is not None and not device.serves(booking):
        raise RuleViolation(refusals.wrong_space(booking))
    if booking.state != BookingState.CONFIRMED:
        raise RuleViolation(_not_enterable(booking))
    rules = rules_for(booking.resource, clock.day_of(booking.starts))
    if found := _outside_entry(booking, rules, arrived, by_staff=by_staff):
        raise RuleViolation(found)
    booking.state, booking.checked_in_at = BookingState.CHECKED_IN, arrived
    booking.save(update_fields=["state", "checked_in_at"])
    metrics.booking_entered(booking.state, booking.source)
    return booking


def _outside_entry(
    booking: Booking, rules: Rules, arrived: dt.datetime, *, by_staff: bool
) -> Violation | None:
    opens, closes = rules.entry(booking.starts, booking.expected_until)
    other_day = clock.day_of(arrived) != clock.day_of(booking.starts)
    if arrived < opens:
        return refusals.wrong_day(booking) if other_day else refusals.too_early(opens)
    if arrived <= closes or (by_staff and arrived < booking.ends):
        return None
    return refusals.day_over(booking) if other_day else refusals.too_late(closes)


def _not_enterable(booking: Booking) -> Violation:
    match booking.state:
        case BookingState.CHECKED_IN:
            return refusals.already_in(booking)
        case BookingState.COMPLETED:
            return refusals.already_left(booking)
        case BookingState.NO_SHOW:
            return refusals.marked_no_show()
        case BookingState.HELD | BookingState.REQUESTED:
            return refusals.not_confirmed()
    return refusals.cancelled(booking)


@transaction.atomic
def undo_check_in(*, booking: Booking, by: User) -> Booking:
    """Take back an arrival staff entered for the wrong booking, within
    ``CHECK_IN_UNDO_MINUTES`` of it. The booking is confirmed as before, so that it is marked
    where nobody comes; its history keeps both steps. Taking back twice changes nothing.

    Raises RuleViolation ``own_business``, ``undo_too_late``, ``device_out`` or what stands
    against an entry.
    """
    booking = lock_booking(booking.pk)
    if booking.merchant is not None:
        refuse_own_business(booking.merchant, by)
    if booking.state == BookingState.CONFIRMED:
        return booking
    if booking.state != BookingState.CHECKED_IN:
        raise RuleViolation(_not_enterable(booking))
    if clock.now() > (until := undone_until(booking)):
        raise RuleViolation(refusals.undo_too_late(until))
    if booking.hand_overs.exists():  # whoever has been given a device is here
        raise RuleViolation(refusals.device_out())
    booking.state, booking.checked_in_at = BookingState.CONFIRMED, None
    booking.save(update_fields=["state", "checked_in_at"])
    return booking


def undone_until(booking: Booking) -> dt.datetime:
    """The last instant at which the arrival, which there must be, can be taken back."""
    assert booking.checked_in_at is not None
    return booking.checked_in_at + settings.CHECK_IN_UNDO_MINUTES * MINUTE


@transaction.atomic
def expect_late(*, booking: Booking, until: dt.datetime, by: User) -> Booking:
    """The business called that it comes later: it is let in, and no no-show, until then. A
    second call replaces the first; the history keeps both.

    Raises RuleViolation ``own_business``, ``expected_when`` for a time that is past, before
    its start or not before its end, or what stands against an entry.
    """
    booking, now = lock_booking(booking.pk), clock.now()
    if booking.merchant is not None:
        refuse_own_business(booking.merchant, by)
    if booking.state != BookingState.CONFIRMED:
        raise RuleViolation(_not_enterable(booking))
    if booking.merchant is None or not max(booking.starts, now) < until < booking.ends:
        raise RuleViolation(refusals.expected_when(booking))
    booking.expected_until = until
    booking.save(update_fields=["expected_until"])
    return booking


@transaction.atomic
def check_out(*, booking: Booking, by: User | None, device: DoorDevice | None = None) -> Booking:
    """Somebody leaves: the use is over, and what is left of its time is free for others at
    once. Leaving twice changes nothing.

    Raises RuleViolation ``wrong_space``, ``not_in``, ``marked_no_show``, ``not_confirmed``
    or ``cancelled``.
    """
    booking, now = lock_booking(booking.pk), clock.now()
    if device is not None and not device.serves(booking):
        raise RuleViolation(refusals.wrong_space(booking))
    if booking.state == BookingState.COMPLETED:
        return booking
    if booking.state != BookingState.CHECKED_IN:
        confirmed = booking.state == BookingState.CONFIRMED
        raise RuleViolation(refusals.not_in() if confirmed else _not_enterable(booking))
    units.shorten(booking, now)
    _complete([booking], now, left=True)
    booking.refresh_from_db()
    return booking


@transaction.atomic
def complete_ended(*, now: dt.datetime, among: QuerySet[Booking] | None = None) -> int:
    """End the uses nobody checked out of: they lasted as long as they were booked. How many.

    The time for tidying up is waited for, so that whoever leaves within it is noted as he
    left. Uses of the house itself need no door: they begin and end by the clock. Whoever was
    given a device was here, from then on, though nobody checked in. Safe to run twice and side
    by side.
    """
    candidates = Booking.objects.all() if among is None else among
    ended = candidates.filter(ends__lte=now).select_for_update(no_key=True, skip_locked=True)
    lent = HandOver.objects.filter(booking=OuterRef("pk")).order_by("out_at")
    came = ended.filter(Q(merchant=None) | Exists(lent), state=BookingState.CONFIRMED)
    begun = [booking.pk for booking in came if booking.blocked[1] <= now]
    Booking.objects.filter(pk__in=begun).update(
        state=BookingState.CHECKED_IN,
        checked_in_at=Coalesce(Subquery(lent.values("out_at")[:1]), F("starts")),
    )
    inside = ended.filter(state=BookingState.CHECKED_IN)
    return _complete([booking for booking in inside if booking.blocked[1] <= now], now)


def _complete(bookings: Sequence[Booking], now: dt.datetime, *, left: bool = False) -> int:
    """End uses, locked by the caller: now if somebody ``left``, else each at its own end. Who
    used a space a moment ago is asked how it was; nobody is asked about long ago."""
    ids = [booking.pk for booking in bookings]
    ended = Booking.objects.filter(pk__in=ids, state=BookingState.CHECKED_IN).update(
        state=BookingState.COMPLETED, completed_at=now if left else F("ends")
    )
    lately = Booking.objects.filter(pk__in=ids, ends__gt=now - clock.DAY)
    for booking in lately.select_related("resource", "merchant"):
        messages.ask_feedback(booking)
    return ended


def mark_no_shows(*, now: dt.datetime) -> int:
    """Mark every booking nobody came to in time; how many. Each in a transaction of its own:
    a worker killed at any point has marked each of them whole or not at all. Safe to run
    twice and side by side."""
    marked = 0
    for booking in _missed(now):
        try:
            mark_no_show(booking=booking)
            marked += 1
        except RuleViolation:  # came or was marked since; nothing to do
            continue
        except DatabaseError:  # the others are marked nevertheless, this one the next minute
            log.exception("no_show_not_marked", booking=booking.pk)
    return marked


def _missed(now: dt.datetime) -> Iterator[Booking]:
    rules_now, tablets = house.current(), doors.enrolled()
    begun = Booking.objects.filter(
        state=BookingState.CONFIRMED, starts__lt=now, merchant__isnull=False
    ).exclude(hand_overs__isnull=False)  # whoever has been given a device is here
    for booking in begun.select_related("resource").order_by("starts", "pk"):
        rules = rules_for(booking.resource, clock.day_of(booking.starts), rules_now)
        closes = rules.entry(booking.starts, booking.expected_until)[1]
        if closes < now and not doors.may_have_come(booking, closes, now, tablets):
            yield booking


@transaction.atomic
def mark_no_show(*, booking: Booking, by: User | None = None) -> Booking:
    """Nobody came in time: give the units back, enter it in the ledger, apply the penalty.

    ``by`` is empty where the worker does it. Raises RuleViolation ``entry_still_open`` or
    ``not_to_be_marked``; for staff ``own_business`` too.
    """
    merchant = lock_merchant(booking.merchant_id) if booking.merchant_id else None
    booking = lock_booking(booking.pk)
    now = clock.now()  # after the waiting
    if booking.state != BookingState.CONFIRMED or merchant is None or booking.hand_overs.exists():
        raise RuleViolation(refusals.not_to_be_marked(booking))
    rules = rules_for(booking.resource, clock.day_of(booking.starts))
    if now <= (closes := rules.entry(booking.starts, booking.expected_until)[1]):
        raise RuleViolation(refusals.entry_still_open(closes))
    units.release(booking)
    booking.state, booking.closed_at = BookingState.NO_SHOW, now
    booking.sequence += 1
    booking.save(update_fields=["state", "closed_at", "sequence"])
    no_shows.enter(booking=booking, merchant=merchant, rules=rules, now=now, by=by)
    metrics.booking_entered(booking.state, booking.source)
    return booking
