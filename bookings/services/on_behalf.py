"""Booking for a business: on the telephone, at the counter, for a visitor at the door; and for
the house itself, whose programs take their rooms here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bookings import messages, refusals
from bookings.intervals import Interval
from bookings.locking import lock_merchant, lock_resources, reserving
from bookings.models import Booking, BookingSource, BookingState, Resource, SeriesAct, Unit
from bookings.policies import Rules, companion_violations, house_violations, staff_violations
from bookings.services import overriding, series_acts, units
from bookings.services.borrow import add_equipment
from bookings.services.expire import expire_ended_holds
from bookings.services.facts import facts_for, rules_for
from bookings.services.reserve import refuse_unless_offered
from center import clock, metrics
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant
from merchants.services.members import refuse_own_business

#: how a booking comes about that staff make for a business
SOURCES = frozenset({BookingSource.STAFF, BookingSource.PHONE, BookingSource.WALK_IN})


@reserving
def book(
    *,
    by: User,
    merchant: Merchant | None,
    resource: Resource,
    starts: dt.datetime,
    ends: dt.datetime,
    source: BookingSource,
    purpose: str,
    headcount: int = 1,
    equipment: Sequence[Resource] = (),
    user_name: str = "",
    unit: Unit | None = None,
    prefer: Unit | None = None,
    override: str = "",
    act: SeriesAct | None = None,
) -> Booking:
    """Book a space with its equipment for a business, confirmed at once.

    The rules are those of a booking the business makes itself; ``override`` is the reason
    for which staff set aside those that may be (see ``lenience.may_be_set_aside``), which is
    kept. A given ``unit`` of the resource is taken or nothing, one to ``prefer`` if it can be.
    Without a business the use is the house's own, for one of its programs: source PROGRAM, and
    no other, has none. A date of an ``act`` is told of with the others.

    Raises RuleViolation with every rule that stands against it, ``own_business``,
    ``slot_taken``, ``too_many_people``, ``equipment_taken`` or ``equipment_unknown``;
    ValueError for a source that is not staff's.
    """
    if source not in (SOURCES if merchant else {BookingSource.PROGRAM}):
        raise ValueError(f"staff do not book through {source}")
    if merchant is not None:
        merchant = lock_merchant(merchant.pk)
        refuse_own_business(merchant, by)
    locked = lock_resources([resource.pk, *(item.pk for item in equipment)])
    resource, now = locked[resource.pk], clock.now()  # after the waiting
    refuse_unless_offered(resource)
    wanted = Interval(starts, ends)
    rules = rules_for(resource, clock.day_of(starts))
    codes = _set_aside(wanted, rules, resource, merchant, source, override, headcount, now)
    expire_ended_holds(resource_ids=list(locked), now=now)
    space = _space_for(resource, rules.blocked(wanted), headcount, unit, prefer)
    booking = Booking(merchant=merchant, booked_by=by, source=source, purpose=purpose)
    booking.resource, booking.headcount, booking.user_name = resource, headcount, user_name
    _confirm(booking, wanted, rules, now)
    units.take(booking, [space])
    add_equipment(booking, [locked[item.pk] for item in equipment], now)
    overriding.keep(booking, codes, reason=override, by=by)
    if not series_acts.note(act, booking):
        messages.booked(booking)
    return booking


def _set_aside(
    wanted: Interval[dt.datetime],
    rules: Rules,
    resource: Resource,
    merchant: Merchant | None,
    source: BookingSource,
    override: str,
    headcount: int,
    now: dt.datetime,
) -> Sequence[str]:
    """What has to be set aside for this booking; refused where it may not be."""
    walk_in = source == BookingSource.WALK_IN
    day, needs_training = clock.day_of(wanted.start), rules.needs_training
    facts = facts_for(resource, merchant, day, now, needs_training=needs_training)
    if merchant is None:
        found = house_violations(wanted, facts)
    else:
        found = staff_violations(wanted, rules, facts, walk_in=walk_in)
        found += companion_violations(headcount, rules)
    return overriding.refuse_or_set_aside(found, reason=override, walk_in=walk_in)


def _space_for(
    resource: Resource,
    span: Interval[dt.datetime],
    people: int,
    wanted: Unit | None,
    preferred: Unit | None,
) -> Unit:
    """The wanted unit, else the preferred or the smallest free one that seats everybody."""
    first = wanted or preferred
    prefer = first.pk if first else None
    free = units.free_unit(resource.pk, span, capacity=resource.capacity, prefer=prefer)
    if free is None or (wanted is not None and free.pk != wanted.pk):
        raise RuleViolation(refusals.slot_taken())
    seats = free.capacity or resource.capacity
    if people <= seats:
        return free
    larger = None
    if wanted is None:
        larger = units.free_unit(resource.pk, span, people=people, capacity=resource.capacity)
    if larger is None:
        raise RuleViolation(refusals.too_many_people(seats))
    return larger


def _confirm(
    booking: Booking, wanted: Interval[dt.datetime], rules: Rules, now: dt.datetime
) -> None:
    """Staff's booking is its own approval."""
    booking.starts, booking.ends = wanted.start, wanted.end
    booking.buffer_before, booking.buffer_after = rules.buffer_before, rules.buffer_after
    booking.cancellable_until = rules.cancellable_until(wanted.start)
    booking.state = BookingState.CONFIRMED
    booking.created_at = booking.requested_at = booking.confirmed_at = now
    booking.save(force_insert=True)
    metrics.booking_entered(booking.state, booking.source)
