"""Giving a booking up, or moving it to another time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bookings import refusals
from bookings.intervals import Interval
from bookings.locking import lock_booking, lock_merchant, lock_resources, reserving
from bookings.models import Booking, BookingState, CancelReason, Resource, Unit
from bookings.policies import Rules, violations
from bookings.services import units
from bookings.services.expire import expire_ended_holds, give_up_holds
from bookings.services.facts import facts_for, rules_for
from bookings.services.reserve import decision_due
from center import clock
from center.errors import RuleViolation


@transaction.atomic
def cancel(
    *, booking: Booking, reason: str = CancelReason.UNSAID, text: str = "", by_staff: bool = False
) -> Booking:
    """Give a booking or a hold back; a hold was no booking yet and just expires. Cancelling
    twice changes nothing.

    Its owner may until the instant promised when it was booked, staff at any time before
    the use. Raises RuleViolation ``deadline_passed`` or ``not_changeable``.
    """
    now = clock.now()
    booking = lock_booking(booking.pk)
    if booking.state in {BookingState.CANCELLED, BookingState.EXPIRED}:
        return booking
    refuse_unless_changeable(booking, now, by_staff=by_staff)
    if booking.state == BookingState.HELD:
        give_up_holds([booking], now=now)
        booking.refresh_from_db()
        return booking
    units.release(booking)
    booking.state = BookingState.CANCELLED
    booking.reason_code, booking.reason_text = reason, text
    booking.closed_at = now
    booking.sequence += 1
    booking.save(
        update_fields=[
            "state",
            "reason_code",
            "reason_text",
            "closed_at",
            "sequence",
        ]
    )
    return booking


def refuse_unless_changeable(booking: Booking, now: dt.datetime, *, by_staff: bool) -> None:
    """The one check behind both the promise on the page and the act itself."""
    if booking.state not in BookingState.cancellable:
        raise RuleViolation(refusals.not_cancellable(booking.get_state_display()))
    if booking.state == BookingState.HELD:
        return
    until = booking.starts if by_staff else booking.cancellable_until
    if now > until:
        raise RuleViolation(refusals.deadline_passed(until))


def is_changeable(booking: Booking, now: dt.datetime) -> bool:
    """Whether its owner may still cancel or move it."""
    try:
        refuse_unless_changeable(booking, now, by_staff=False)
    except RuleViolation:
        return False
    return True


@reserving
def move(
    *, booking: Booking, starts: dt.datetime, ends: dt.datetime, by_staff: bool = False
) -> Booking:
    """Move a booking with all its equipment; the old time is kept until the new one is certain.

    The deadline is that of the old start, the rules those of the new day. Where a use needs
    approval, a moved one needs it again. Raises RuleViolation.
    """
    merchant = lock_merchant(booking.merchant_id) if booking.merchant_id else None
    taken = list(Unit.objects.filter(allocations__booking=booking).select_related("resource"))
    locked = lock_resources({booking.resource_id, *(unit.resource_id for unit in taken)})
    booking = lock_booking(booking.pk)
    now = clock.now()  # after the waiting
    if booking.state == BookingState.HELD:
        raise RuleViolation(refusals.not_cancellable(booking.get_state_display()))
    refuse_unless_changeable(booking, now, by_staff=by_staff)
    if (booking.starts, booking.ends) == (starts, ends):
        return booking
    resource = locked[booking.resource_id]
    wanted, day = Interval(starts, ends), clock.day_of(starts)
    rules = rules_for(resource, day)
    facts = facts_for(
        resource, merchant, day, now, without=[booking], needs_training=rules.needs_training
    )
    if found := violations(wanted, rules, facts):
        raise RuleViolation(*found)
    units.free([booking.pk])
    expire_ended_holds(resource_ids=list(locked), now=now)
    new_units = _units_at_the_new_time(booking, taken, resource, rules.blocked(wanted))
    return _move_to(booking, wanted, rules, new_units, now)


def _units_at_the_new_time(
    booking: Booking, taken: list[Unit], resource: Resource, span: Interval[dt.datetime]
) -> list[Unit]:
    """A unit for each one the booking has, the same one where it is free."""
    found: list[Unit] = []
    missing: list[str] = []
    for old in taken:
        is_space = old.resource_id == resource.pk
        new = units.free_unit(
            old.resource_id,
            span,
            people=booking.headcount if is_space else 1,
            capacity=old.resource.capacity,
            prefer=old.pk,
        )
        if new is not None:
            found.append(new)
        elif is_space:
            raise RuleViolation(refusals.slot_taken())
        else:
            missing.append(old.resource.display_name)
    if missing:
        raise RuleViolation(refusals.equipment_taken(missing))
    return found


def _move_to(
    booking: Booking,
    wanted: Interval[dt.datetime],
    rules: Rules,
    new_units: list[Unit],
    now: dt.datetime,
) -> Booking:
    booking.starts, booking.ends = wanted.start, wanted.end
    booking.buffer_before, booking.buffer_after = rules.buffer_before, rules.buffer_after
    booking.cancellable_until = rules.cancellable_until(wanted.start)
    booking.sequence += 1
    if rules.needs_approval:
        booking.state = BookingState.REQUESTED
        booking.requested_at, booking.confirmed_at, booking.decided_by = now, None, None
        booking.decide_until = decision_due(rules, now)
    booking.save(
        update_fields=[
            "starts",
            "ends",
            "buffer_before",
            "buffer_after",
            "cancellable_until",
            "sequence",
            "state",
            "requested_at",
            "confirmed_at",
            "decided_by",
            "decide_until",
        ]
    )
    units.take(booking, new_units)
    return booking
