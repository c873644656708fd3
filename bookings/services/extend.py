"""Ending a use that has begun later, or earlier, than booked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bookings import equipment_refusals, messages, refusals, staff_refusals
from bookings.intervals import Interval
from bookings.locking import lock_booking, lock_merchant, lock_resources, reserving
from bookings.models import Allocation, Booking, BookingState, Resource, Unit
from bookings.policies import extension_violations
from bookings.services import lending, overriding, replacing, units
from bookings.services.expire import expire_ended_holds
from bookings.services.facts import facts_for, rules_for
from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.services.members import refuse_own_business


@reserving
def extend(*, booking: Booking, ends: dt.datetime, by: User, override: str = "") -> Booking:
    """Let a use that is booked or under way end at ``ends`` instead, on the units it has.

    Notice and limits were kept when it was booked; its length and the opening hours count,
    unless staff set them aside for the reason ``override``, which is kept. Raises
    RuleViolation, ``slot_taken`` or ``equipment_taken`` where others follow too soon; a room of
    a session ends no sooner than the session (``of_a_session``).
    """
    merchant = lock_merchant(booking.merchant_id) if booking.merchant_id else None
    resources = set(booking.allocations.values_list("unit__resource", flat=True))
    locked = lock_resources(resources | {booking.resource_id})
    booking = lock_booking(booking.pk)
    now, space = clock.now(), locked[booking.resource_id]  # after the waiting
    if merchant is not None:
        refuse_own_business(merchant, by)
    _refuse_unless_extendable(booking, ends, now)
    if merchant is None and ends < booking.ends:
        raise RuleViolation(staff_refusals.of_a_session())
    codes = _against(booking, space, ends, override, now)
    expire_ended_holds(resource_ids=list(locked), now=now)
    was = _spot_of(booking, space)
    booking.ends = ends
    if booking.expected_until is not None and booking.expected_until >= ends:
        booking.expected_until = None  # nobody is let in after the end
    booking.sequence += 1
    _refuse_if_followed(booking)
    booking.save(update_fields=["ends", "expected_until", "sequence"])
    units.reach(booking)
    lending.keep_until(booking)
    overriding.keep(booking, codes, reason=override, by=by)
    messages.moved(booking, was=was, now_at=replace(was, ends=ends), by_staff=True)
    return booking


def _spot_of(booking: Booking, space: Resource) -> messages.Spot:
    taken = list(Unit.objects.filter(allocations__booking=booking))
    return messages.Spot.of(booking, space, replacing.unit_of_space(booking, taken))


def _against(
    booking: Booking, resource: Resource, ends: dt.datetime, override: str, now: dt.datetime
) -> list[str]:
    """The codes staff set aside; refused where a rule stands against the new end."""
    day = clock.day_of(booking.starts)
    rules, facts = rules_for(resource, day), facts_for(resource, None, day, now)
    found = extension_violations(Interval(booking.starts, ends), rules, facts)
    return overriding.refuse_or_set_aside(found, reason=override)


def _refuse_unless_extendable(booking: Booking, ends: dt.datetime, now: dt.datetime) -> None:
    if booking.state not in {BookingState.CONFIRMED, BookingState.CHECKED_IN}:
        raise RuleViolation(refusals.not_cancellable(booking.get_state_display()))
    if ends <= max(now, booking.starts):
        raise RuleViolation(refusals.past())


def _refuse_if_followed(booking: Booking) -> None:
    """Others on the units of the booking, within the span it would block."""
    span = units.as_range(Interval(*booking.blocked))
    own = Allocation.objects.filter(booking=booking).values("unit")
    others = (
        Allocation.objects.filter(unit__in=own, during__overlap=span)
        .exclude(booking=booking)
        .select_related("unit__resource")
    )
    followed = [allocation.unit for allocation in others]
    if any(unit.resource_id == booking.resource_id for unit in followed):
        raise RuleViolation(refusals.followed())
    if followed:
        names = sorted({unit.resource.display_name for unit in followed})
        raise RuleViolation(equipment_refusals.equipment_taken(names))
