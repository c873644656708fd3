"""Devices over the counter: handed out for a booking, and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import ngettext

from bookings import equipment_refusals as refusals
from bookings import photos
from bookings.locking import lock_booking, lock_merchant
from bookings.models import Booking, BookingState, HandOver, HandOverItem, Unit
from bookings.services.facts import rules_for
from bookings.services.trainings import missing_trainings
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from merchants.models import Merchant
from merchants.services.members import refuse_own_business
from merchants.services.suspend import suspend

#: a device goes out for bookings in these states
LENDABLE = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN})


@transaction.atomic
def hand_out(
    *,
    booking: Booking,
    unit: Unit,
    by: User,
    condition: str,
    accessories: Collection[int] = (),
    notes: str = "",
    photo: bytes | None = None,
) -> HandOver:
    """Give a device to the business of a booking, on its day; ``accessories`` are the ids of
    those that go out with it.

    Of two who hand out the same device the second hears ``already_out``. Raises RuleViolation
    ``not_allocated``, ``not_confirmed``, ``other_day``, ``out_of_service``,
    ``training_needed``, ``already_out`` or ``own_business``.
    """
    booking, unit = lock_booking(booking.pk), lock_unit(unit.pk)
    now = clock.now()  # after the waiting
    if booking.merchant is not None:
        refuse_own_business(booking.merchant, by)
    if found := _against_lending(booking, unit, now):
        raise RuleViolation(*found)
    try:
        with transaction.atomic():
            made = HandOver.objects.create(
                booking=booking,
                unit=unit,
                out_at=now,
                out_by=by,
                out_condition=condition,
                out_notes=notes,
                out_photo=photos.save(photo, by=by),
                due_back=booking.ends,
            )
    except IntegrityError as error:  # the constraint is the last word
        raise RuleViolation(*_is_out(unit)) from error
    _write_checklist(made, accessories)
    return made


def lock_unit(unit_id: int) -> Unit:
    """One device, locked and fresh: whoever hands it out or takes it back waits for it."""
    units = Unit.objects.select_for_update(of=("self",), no_key=True).select_related("resource")
    return units.get(pk=unit_id)


def _against_lending(booking: Booking, unit: Unit, now: dt.datetime) -> list[Violation]:
    if not booking.allocations.filter(unit=unit).exists() or not unit.resource.is_equipment:
        return [refusals.not_of_this_booking()]
    if booking.state not in LENDABLE:
        return [refusals.not_to_be_handed_out(booking.get_state_display())]
    day = clock.day_of(booking.starts)
    if clock.day_of(now) != day or now >= booking.ends:
        return [refusals.other_day(day)]
    if not unit.in_service:
        return [refusals.out_of_service(unit.out_of_service_reason)]
    return missing_trainings(booking.merchant, [unit.resource], day) + _is_out(unit)


def _is_out(unit: Unit) -> list[Violation]:
    open_one = HandOver.objects.out().filter(unit=unit).select_related("booking").first()
    if open_one is None:
        return []
    return [refusals.already_out(open_one.booking.reference, open_one.out_at)]


def _write_checklist(hand_over: HandOver, going: Collection[int]) -> None:
    """Every accessory as it is called now, whether it goes out or stays."""
    HandOverItem.objects.bulk_create(
        HandOverItem(
            hand_over=hand_over,
            name=item.name,
            quantity=item.quantity,
            position=position,
            went_out=item.pk in going,
        )
        for position, item in enumerate(hand_over.unit.accessories.all())
    )


def keep_until(booking: Booking) -> None:
    """The booking ends at another time now: what is out for it is due back then. Inside its
    transaction."""
    booking.hand_overs.out().update(due_back=booking.ends)


@transaction.atomic
def take_back(
    *,
    hand_over: HandOver,
    by: User,
    condition: str,
    items: Collection[int] = (),
    notes: str = "",
    photo: bytes | None = None,
) -> HandOver:
    """Take a device back; ``items`` are the ids of the lines of its checklist that are there.

    Too late by a day or more suspends the business for as many days as the policy says (its
    rule of the day of use). Raises RuleViolation ``already_back`` or ``own_business``.
    """
    merchant_id = hand_over.booking.merchant_id
    merchant = lock_merchant(merchant_id) if merchant_id else None
    if merchant is not None:
        refuse_own_business(merchant, by)
    unit = lock_unit(hand_over.unit_id)
    hand_over = HandOver.objects.select_related("booking").get(pk=hand_over.pk)
    if hand_over.back_at is not None:
        raise RuleViolation(refusals.already_back(hand_over.back_at))
    hand_over.back_at, hand_over.back_by = clock.now(), by
    hand_over.back_condition, hand_over.back_notes = condition, notes
    hand_over.back_photo = photos.save(photo, by=by)
    hand_over.save(
        update_fields=["back_at", "back_by", "back_condition", "back_notes", "back_photo"]
    )
    _tick_off(hand_over, items)
    _suspend_if_late(hand_over, unit, merchant)
    return hand_over


def _tick_off(hand_over: HandOver, there: Collection[int]) -> None:
    went_out = hand_over.items.filter(went_out=True)
    went_out.filter(pk__in=there).update(came_back=True)
    went_out.exclude(pk__in=there).update(came_back=False)


def _suspend_if_late(hand_over: HandOver, unit: Unit, merchant: Merchant | None) -> None:
    """So many days from the return, whole days in Korea (domain.md §1: days late × factor)."""
    rules = rules_for(unit.resource, clock.day_of(hand_over.booking.starts))
    days = hand_over.days_late * rules.overdue_factor
    if merchant is None or not days or hand_over.back_at is None:
        return
    last = clock.day_of(hand_over.back_at) + days * clock.DAY
    with translation.override("ko"):  # the owner reads it word for word
        reason = ngettext(
            "%(device)s came back %(n)d day late",
            "%(device)s came back %(n)d days late",
            hand_over.days_late,
        ) % {"device": unit, "n": hand_over.days_late}
    suspend(merchant=merchant, ends=clock.day_bounds(last)[1], reason=reason)
