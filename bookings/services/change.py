"""Giving a booking up, or moving it to another time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from bookings import equipment_refusals, line_refusals, messages, refusals, staff_refusals
from bookings.intervals import Interval
from bookings.locking import lock_booking, lock_merchant, lock_resources, reserving
from bookings.models import (
    Booking,
    BookingSource,
    BookingState,
    CancelReason,
    SeriesAct,
    StaffCancelReason,
    Unit,
)
from bookings.policies import Facts, Rules, house_violations, staff_violations, violations
from bookings.services import overriding, replacing, series_acts, units
from bookings.services.expire import expire_ended_holds, give_up_holds
from bookings.services.facts import facts_for, rules_for
from bookings.services.reserve import decision_due
from bookings.services.trainings import missing_trainings
from center import clock, metrics
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant
from merchants.services.members import refuse_own_business


@transaction.atomic
def cancel(
    *,
    booking: Booking,
    reason: str = "",
    text: str = "",
    by_staff: bool = False,
    by: User | None = None,
    act: SeriesAct | None = None,
) -> Booking:
    """Give a booking or a hold back; a hold was no booking yet and just expires. Cancelling
    twice changes nothing.

    Its owner may until the instant promised when it was booked, staff at any time before
    the use, each for a reason of their own list (``CancelReason``, ``StaffCancelReason``).
    ``by`` is the member of staff, who does not act for the business. A date of an ``act`` is
    told of with the others. Raises RuleViolation
    ``deadline_passed``, ``not_changeable``, ``equipment_out`` or ``own_business``.
    """
    now = clock.now()
    booking = lock_booking(booking.pk)
    if booking.state in {BookingState.CANCELLED, BookingState.EXPIRED}:
        return booking
    _refuse_own(booking, by, by_staff=by_staff)
    refuse_unless_changeable(booking, now, by_staff=by_staff)
    if booking.state == BookingState.HELD:
        give_up_holds([booking], now=now)
        booking.refresh_from_db()
        return booking
    if booking.merchant_id is not None:  # the house takes its own device back at any time
        _refuse_what_is_out(booking)
    units.release(booking)
    booking.state = BookingState.CANCELLED
    booking.reason_code = reason or (StaffCancelReason.OTHER if by_staff else CancelReason.UNSAID)
    booking.reason_text = text
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
    messages.call_off_reminders(booking, of=booking.starts)
    if not series_acts.note(act, booking):
        messages.cancelled(booking, by_staff=by_staff)
    metrics.booking_entered(booking.state, booking.source)
    return booking


def _refuse_own(booking: Booking, by: User | None, *, by_staff: bool) -> None:
    """Staff do not use their rights for a business they act for themselves."""
    if by_staff and by is not None and booking.merchant is not None:
        refuse_own_business(booking.merchant, by)


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
    *,
    booking: Booking,
    starts: dt.datetime,
    ends: dt.datetime,
    by_staff: bool = False,
    by: User | None = None,
    to_unit: Unit | None = None,
    override: str = "",
    act: SeriesAct | None = None,
    with_session: bool = False,
) -> Booking:
    """Move a booking with all its equipment; the old time is kept until the new one is certain.

    The deadline is that of the old start, the rules those of the new day. Where a use needs
    approval, one moved by its owner needs it again; moved by staff it stays as it is.

    Staff (``by_staff``, ``by``) may wish for ``to_unit``: another unit of a resource the
    booking has, or of another space of the same category, which then becomes the booking's;
    and set rules aside for the reason ``override``, which is kept. A date of an ``act`` is told
    of with the others. The house's own use keeps its time unless its session moves
    ``with_session``, which tells everybody who takes part. Raises RuleViolation.
    """
    merchant = lock_merchant(booking.merchant_id) if booking.merchant_id else None
    taken = list(Unit.objects.filter(allocations__booking=booking).select_related("resource"))
    concerned = {booking.resource_id, *(unit.resource_id for unit in taken)}
    locked = lock_resources(concerned | ({to_unit.resource_id} if to_unit else set()))
    booking = lock_booking(booking.pk)
    now = clock.now()  # after the waiting
    booking.merchant, booking.resource = merchant, locked[booking.resource_id]
    _refuse_own(booking, by, by_staff=by_staff)
    _refuse_unless_movable(booking, now, by_staff=by_staff)
    places = replacing.places_for(booking, taken, to_unit)
    keeps_time = (booking.starts, booking.ends) == (starts, ends)
    if keeps_time and replacing.stays(places):
        return booking
    if booking.merchant_id is None and not keeps_time and not with_session:
        raise RuleViolation(staff_refusals.of_a_session())
    resource = replacing.space_of(places, locked, booking)
    wanted = Interval(starts, ends)
    rules = rules_for(resource, clock.day_of(starts))
    facts = facts_for(
        resource,
        merchant,
        clock.day_of(starts),
        now,
        without=[booking],
        needs_training=rules.needs_training,
    )
    aside = override if by else ""
    if not (by_staff or keeps_time or resource.is_active):
        raise RuleViolation(refusals.not_offered())
    if clock.day_of(starts) != clock.day_of(booking.starts):
        _refuse_untrained(merchant, places, clock.day_of(starts))
    codes = _set_aside(wanted, rules, facts, booking, override=aside, by_staff=by_staff)
    units.free([booking.pk])
    expire_ended_holds(resource_ids=list(locked), now=now)
    new_units = replacing.units_at(places, booking, rules.blocked(wanted))
    _refuse_what_is_out(booking, new_units if keeps_time else ())
    if not by_staff and any(units.is_the_lines(unit) for unit in new_units):
        raise RuleViolation(line_refusals.line_first())
    was = messages.Spot.of(booking, booking.resource, replacing.unit_of_space(booking, taken))
    booking.resource = resource
    _move_to(booking, wanted, rules, new_units, now, asks_again=not by_staff)
    if by is not None:
        overriding.keep(booking, codes, reason=override, by=by)
    unit = replacing.unit_of_space(booking, new_units)
    _tell_moved(booking, was, unit, by_staff=by_staff, act=act)
    return booking


def _refuse_what_is_out(booking: Booking, keeps: Sequence[Unit] = ()) -> None:
    """A device in somebody's hands is promised back at this time, and it is this device."""
    out = booking.hand_overs.out().exclude(unit__in=keeps).select_related("unit__resource")
    if first := out.first():
        raise RuleViolation(equipment_refusals.equipment_out(str(first.unit)))


def _refuse_untrained(
    merchant: Merchant | None, places: Sequence[replacing.Place], day: dt.date
) -> None:
    """A training may be over by the new day; that of the space is among its rules."""
    equipment = [place.resource for place in places if not place.is_space]
    if found := missing_trainings(merchant, equipment, day):
        raise RuleViolation(*found)


def _refuse_unless_movable(booking: Booking, now: dt.datetime, *, by_staff: bool) -> None:
    if booking.state == BookingState.HELD:
        raise RuleViolation(refusals.not_cancellable(booking.get_state_display()))
    refuse_unless_changeable(booking, now, by_staff=by_staff)


def _tell_moved(
    booking: Booking,
    was: messages.Spot,
    unit: Unit | None,
    *,
    by_staff: bool,
    act: SeriesAct | None,
) -> None:
    now_at = messages.Spot.of(booking, booking.resource, unit)
    if was.starts != now_at.starts:
        messages.call_off_reminders(booking, of=was.starts)
    if not series_acts.note(act, booking, was=was):
        messages.moved(booking, was=was, now_at=now_at, by_staff=by_staff)


def _set_aside(
    wanted: Interval[dt.datetime],
    rules: Rules,
    facts: Facts,
    booking: Booking,
    *,
    override: str,
    by_staff: bool,
) -> list[str]:
    """The codes staff set aside; refused where the rules stand against the new time."""
    if by_staff:
        walk_in = booking.source == BookingSource.WALK_IN
        if facts.standing is None:
            found = house_violations(wanted, facts)
        else:
            found = staff_violations(wanted, rules, facts, walk_in=walk_in)
            # The notice lets staff prepare. It was kept or set aside when the use was booked,
            # and who moves it is staff.
            found = [violation for violation in found if violation.code != "too_soon"]
        return overriding.refuse_or_set_aside(found, reason=override, walk_in=walk_in)
    if found := violations(wanted, rules, facts):
        raise RuleViolation(*found)
    return []


def _move_to(
    booking: Booking,
    wanted: Interval[dt.datetime],
    rules: Rules,
    new_units: list[Unit],
    now: dt.datetime,
    *,
    asks_again: bool,
) -> None:
    late = booking.expected_until
    if late is not None and (booking.starts != wanted.start or late >= wanted.end):
        booking.expected_until = None  # that was about the old time
    booking.starts, booking.ends = wanted.start, wanted.end
    booking.buffer_before, booking.buffer_after = rules.buffer_before, rules.buffer_after
    booking.cancellable_until = rules.cancellable_until(wanted.start)
    booking.sequence += 1
    if rules.needs_approval and asks_again:
        booking.state = BookingState.REQUESTED
        booking.requested_at, booking.confirmed_at, booking.decided_by = now, None, None
        booking.decide_until = decision_due(rules, now)
    booking.save(
        update_fields=[
            "resource",
            "starts",
            "ends",
            "buffer_before",
            "buffer_after",
            "cancellable_until",
            "expected_until",
            "sequence",
            "state",
            "requested_at",
            "confirmed_at",
            "decided_by",
            "decide_until",
        ]
    )
    units.take(booking, new_units)
