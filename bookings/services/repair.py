"""What is wrong with devices: reported, repaired or written off; in service and out of it."""

from __future__ import annotations

from django.db import transaction

from bookings import equipment_refusals as refusals
from bookings import photos
from bookings.locking import lock_resources
from bookings.models import Damage, DamageState, HandOver, Unit
from center import clock
from center.errors import RuleViolation
from center.models import User


@transaction.atomic
def report(
    *,
    unit: Unit,
    by: User,
    description: str,
    hand_over: HandOver | None = None,
    cost_estimate: int | None = None,
    photo: bytes | None = None,
    stays_in_service: bool = False,
) -> Damage:
    """Note what is wrong; the device goes out of service unless it can be used all the same.

    What is booked stays booked: ``services.replace`` finds other devices for it.
    """
    made = Damage.objects.create(
        unit=unit,
        hand_over=hand_over,
        description=description,
        cost_estimate=cost_estimate,
        photo=photos.save(photo, by=by),
        reported_by=by,
    )
    if not stays_in_service:
        take_out(unit=unit, reason=description)
    return made


@transaction.atomic
def close(*, damage: Damage, by: User, state: str, note: str = "") -> Damage:
    """Say that a damage is repaired, or that the device is written off for it.

    A device written off leaves service for good. Raises RuleViolation ``damage_closed`` where
    somebody was faster.
    """
    damage = Damage.objects.select_for_update(of=("self",)).select_related("unit").get(pk=damage.pk)
    if damage.state != DamageState.OPEN:
        raise RuleViolation(refusals.damage_closed(damage.get_state_display()))
    damage.state, damage.closing_note = state, note
    damage.closed_at, damage.closed_by = clock.now(), by
    damage.save(update_fields=["state", "closing_note", "closed_at", "closed_by"])
    if state == DamageState.WRITTEN_OFF:
        take_out(unit=damage.unit, reason=note or damage.description)
    return damage


@transaction.atomic
def take_out(*, unit: Unit, reason: str) -> Unit:
    """No new booking gets the unit from now on. Twice changes the reason alone."""
    return _set(unit, in_service=False, reason=reason[:200])


@transaction.atomic
def put_back(*, unit: Unit) -> Unit:
    """The unit can be booked again. Raises RuleViolation ``still_damaged`` or
    ``written_off``."""
    lock_resources([unit.resource_id])
    damages = Damage.objects.filter(unit=unit)
    if damages.filter(state=DamageState.OPEN).exists():
        raise RuleViolation(refusals.still_damaged())
    if damages.filter(state=DamageState.WRITTEN_OFF).exists():
        raise RuleViolation(refusals.written_off())
    return _set(unit, in_service=True, reason="")


def _set(unit: Unit, *, in_service: bool, reason: str) -> Unit:
    """Under the resource's lock: nobody is choosing among its units meanwhile."""
    lock_resources([unit.resource_id])
    unit.refresh_from_db(fields=["in_service", "out_of_service_reason"])
    unit.in_service, unit.out_of_service_reason = in_service, reason
    unit.save(update_fields=["in_service", "out_of_service_reason"])
    return unit
