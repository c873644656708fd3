"""From a choice to a booking: hold a space, then confirm it with its equipment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bookings import equipment_refusals, house, line_refusals, messages, refusals, turnstile
from bookings.house import House
from bookings.intervals import Interval
from bookings.locking import lock_booking, lock_merchant, lock_resources, reserving
from bookings.models import Booking, BookingSource, BookingState, Resource, SeriesAct, Unit
from bookings.policies import (
    MINUTE,
    Rules,
    companion_violations,
    fallen_violations,
    rules_on,
    violations,
)
from bookings.services import series_acts, units
from bookings.services.borrow import add_equipment, free_or_swept, unit_or_refusal
from bookings.services.expire import give_up_holds
from bookings.services.facts import Asked, ask, facts_asked, rules_for
from center import clock, metrics, rows
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant

# Offers of the waiting list are held beside the one choice a person makes himself.
_HELD_BY = """
SELECT b.*, EXISTS (SELECT FROM bookings_offer o WHERE o.booking_id = b.id) AS is_offer
FROM bookings_booking b WHERE b.state = 'held' AND b.booked_by_id = %s
"""


def hold(
    *,
    user: User,
    merchant: Merchant | None,
    resource: Resource,
    starts: dt.datetime,
    ends: dt.datetime,
    source: BookingSource = BookingSource.WEB,
    prefer: Unit | None = None,
) -> Booking:
    """Keep a unit of ``resource`` for a few minutes while the person fills in the rest.

    A person has one hold, offers of the waiting list aside: an earlier one is given back in the
    same transaction, and the very same choice made twice returns the hold that exists. ``starts`` must be before ``ends``.
    Raises RuleViolation with every rule that stands against it, ``slot_taken``, or ``line_first``
    for a time just given back that others wait for.
    """
    if merchant is None:
        raise RuleViolation(refusals.no_business())
    wanted = Interval(starts, ends)
    with turnstile.through(resource.pk):
        _refuse_if_gone(user, merchant, resource, wanted)
        return _hold(user, merchant, resource, wanted, source, prefer)


def _refuse_if_gone(
    user: User, merchant: Merchant, resource: Resource, wanted: Interval[dt.datetime]
) -> None:
    """Spare the losers of a race the queue: what others have taken for certain is refused
    without a lock. Nothing is granted here; what looks free is decided under the locks."""
    now = clock.now()
    if _all_taken_by_others(user, resource, wanted, now):
        refuse_unless_offered(resource)
        asked = ask(merchant, resource, clock.day_of(wanted.start), now, choosing=user)
        _refuse_against_rules(asked, merchant, resource, wanted, now)
        raise RuleViolation(refusals.slot_taken())


def _all_taken_by_others(
    user: User, resource: Resource, wanted: Interval[dt.datetime], now: dt.datetime
) -> bool:
    """Whether nothing is left, buffers counted by the settings in force. One query, as the
    settings change a few times a month: two more where they just did."""
    known, settings = house.remembered()
    for _attempt in range(2):
        rules = rules_on(clock.day_of(wanted.start), settings.policies_for(resource))
        version, taken = units.all_taken(
            resource.pk, rules.blocked(wanted), user_id=user.pk, now=now
        )
        if version == known:
            break
        known, settings = version, house.current()
    return taken


@reserving
def _hold(
    user: User,
    merchant: Merchant,
    resource: Resource,
    wanted: Interval[dt.datetime],
    source: BookingSource,
    prefer: Unit | None,
) -> Booking:
    merchant = lock_merchant(merchant.pk)
    now = clock.now()  # after the waiting
    day = clock.day_of(wanted.start)
    asked = ask(merchant, resource, day, now, choosing=user)
    held = rows.read(Booking, _HELD_BY, [user.pk]) if asked.held else []
    if same := _same_hold(held, merchant, resource, wanted, now):
        return same
    refuse_unless_offered(resource)
    # The business's lock makes its limits certain; the resource's lock, which everybody else
    # waits for, is taken only for choosing a unit.
    settings, rules = _refuse_against_rules(asked, merchant, resource, wanted, now)
    resource = lock_resources([resource.pk])[resource.pk]
    refuse_unless_offered(resource)
    # Whoever changes the hours or makes a day a holiday holds this lock while looking for the
    # bookings in the way, and leaves no allocation: what was decided before the wait is asked anew.
    if house.current() is not settings:
        asked = ask(merchant, resource, day, now, choosing=user)
        _settings, rules = _refuse_against_rules(asked, merchant, resource, wanted, now)
    before = [hold for hold in held if not vars(hold)["is_offer"]]
    give_up_holds(before, now=now)
    own = [hold.pk for hold in before]
    unit = unit_or_refusal(resource, rules.blocked(wanted), now, own=own, prefer=prefer)
    return _create_hold(user, merchant, resource, wanted, rules, unit, source, now)


def _refuse_against_rules(
    asked: Asked,
    merchant: Merchant,
    resource: Resource,
    wanted: Interval[dt.datetime],
    now: dt.datetime,
) -> tuple[House, Rules]:
    """The settings and the rules in force, none of which stands against the choice. What the
    person holds so far does not count: the new choice takes its place."""
    day, settings = clock.day_of(wanted.start), house.of(asked.version)
    rules = rules_for(resource, day, settings)
    needs_training = rules.needs_training
    facts = facts_asked(
        asked, resource, merchant, day, now, settings=settings, needs_training=needs_training
    )
    if found := violations(wanted, rules, facts):
        raise RuleViolation(*found)
    return settings, rules


def refuse_unless_offered(resource: Resource) -> None:
    """Raise ``equipment_needs_space`` or ``not_offered``."""
    if resource.is_equipment:
        raise RuleViolation(equipment_refusals.equipment_needs_space())
    if not resource.is_active:
        raise RuleViolation(refusals.not_offered())


def _same_hold(
    held: Sequence[Booking],
    merchant: Merchant,
    resource: Resource,
    wanted: Interval[dt.datetime],
    now: dt.datetime,
) -> Booking | None:
    """The very same choice, made before and still held."""
    wish = (merchant.pk, resource.pk, *wanted)
    for booking in held:
        what = (booking.merchant_id, booking.resource_id, booking.starts, booking.ends)
        if what == wish and booking.held_until is not None and booking.held_until > now:
            return booking
    return None


def _create_hold(
    user: User,
    merchant: Merchant,
    resource: Resource,
    wanted: Interval[dt.datetime],
    rules: Rules,
    unit: Unit,
    source: BookingSource,
    now: dt.datetime,
) -> Booking:
    booking = Booking(
        resource=resource,
        merchant=merchant,
        booked_by=user,
        user_name=user.name,
        starts=wanted.start,
        ends=wanted.end,
        buffer_before=rules.buffer_before,
        buffer_after=rules.buffer_after,
        state=BookingState.HELD,
        source=source,
        held_until=now + rules.hold_minutes * MINUTE,
        cancellable_until=rules.cancellable_until(wanted.start),
        created_at=now,
    )
    units.take_anew(booking, unit)
    metrics.booking_entered(booking.state, booking.source)
    return booking


_SETTLED = (
    *("purpose", "headcount", "user_name", "state"),
    *("requested_at", "held_until", "decide_until", "confirmed_at"),
)


@reserving
def confirm(
    *,
    booking: Booking,
    purpose: str,
    headcount: int,
    equipment: Sequence[Resource] = (),
    user_name: str = "",
    act: SeriesAct | None = None,
) -> Booking:
    """Turn a hold into a booking, with its equipment, all or nothing.

    Confirming twice changes nothing. A date of an ``act`` is told of with the others. Raises RuleViolation ``hold_expired``,
    ``equipment_taken``, ``equipment_unknown``, ``training_needed``, ``too_many_people``,
    ``too_many_companions`` or what has come up against the business since the hold.
    """
    merchant = lock_merchant(booking.merchant_id) if booking.merchant_id else None
    locked = lock_resources([booking.resource_id, *(item.pk for item in equipment)])
    booking = lock_booking(booking.pk)
    now = clock.now()  # after the waiting
    if booking.state in BookingState.reserved:
        return booking
    if (
        booking.state != BookingState.HELD
        or booking.held_until is None
        or booking.held_until <= now
    ):
        raise RuleViolation(refusals.hold_expired())
    booking.merchant, booking.resource = merchant, locked[booking.resource_id]
    settings = _refuse_fallen_standing(booking, merchant, locked[booking.resource_id], now)
    rules = rules_for(locked[booking.resource_id], clock.day_of(booking.starts), settings)
    if too_many := companion_violations(headcount, rules):
        raise RuleViolation(*too_many)
    _seat(booking, locked[booking.resource_id], headcount, now)
    add_equipment(booking, [locked[item.pk] for item in equipment], now, settings)
    _settle(booking, rules, purpose, headcount, user_name, now)
    if not series_acts.note(act, booking):
        messages.booked(booking)
    metrics.booking_entered(booking.state, booking.source)
    return booking


def _refuse_fallen_standing(
    booking: Booking, merchant: Merchant | None, resource: Resource, now: dt.datetime
) -> House:
    """What has come up since the business chose; its limits already count the hold. Returns the
    settings in force."""
    if merchant is None:
        return house.current()
    asked = ask(merchant, resource, clock.day_of(booking.starts), now, without=[booking])
    if found := fallen_violations(asked.standing, now):
        raise RuleViolation(*found)
    return house.of(asked.version)


def _seat(booking: Booking, resource: Resource, headcount: int, now: dt.datetime) -> None:
    """Make sure everybody fits, in a larger unit if the one held is too small and one is free."""
    if headcount == 1:  # every unit seats one
        return
    held = Unit.objects.get(allocations__booking=booking)
    if headcount <= (held.capacity or resource.capacity):
        return
    larger = free_or_swept(resource, Interval(*booking.blocked), now, people=headcount)
    if larger is None:
        raise RuleViolation(refusals.too_many_people(held.capacity or resource.capacity))
    if units.is_the_lines(larger):
        raise RuleViolation(line_refusals.line_first())
    units.free([booking.pk])
    units.take(booking, [larger])


def _settle(
    booking: Booking,
    rules: Rules,
    purpose: str,
    headcount: int,
    user_name: str,
    now: dt.datetime,
) -> None:
    booking.purpose, booking.headcount = purpose, headcount
    booking.user_name = user_name or booking.user_name
    booking.requested_at, booking.held_until = now, None
    if rules.needs_approval:
        booking.state = BookingState.REQUESTED
        booking.decide_until = decision_due(rules, now)
    else:
        booking.state = BookingState.CONFIRMED
        booking.confirmed_at = now
    rows.update(booking, _SETTLED)


def decision_due(rules: Rules, now: dt.datetime) -> dt.datetime:
    """When a request made at ``now`` should be decided: the end of that business day."""
    due = house.current().business_days.add(clock.day_of(now), rules.approval_days)
    return clock.at(due, dt.time(18, 0))
