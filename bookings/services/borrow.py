"""Free units found under the locks of their resources, and equipment taken along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bookings import house, refusals
from bookings.house import House
from bookings.intervals import Interval
from bookings.models import Booking, Resource, Unit
from bookings.services import units
from bookings.services.expire import expire_ended_holds
from bookings.services.trainings import missing_trainings
from center import clock
from center.errors import RuleViolation


def free_or_swept(
    resource: Resource, span: Interval[dt.datetime], now: dt.datetime, *, people: int = 1
) -> Unit | None:
    """A free unit; holds that ran out are swept when there seems to be none."""
    wanted = {"people": people, "capacity": resource.capacity}
    unit = units.free_unit(resource.pk, span, **wanted)
    if unit is None and expire_ended_holds(resource_ids=[resource.pk], now=now):
        unit = units.free_unit(resource.pk, span, **wanted)
    return unit


def add_equipment(
    booking: Booking,
    equipment: Sequence[Resource],
    now: dt.datetime,
    settings: House | None = None,
) -> None:
    """Take a unit of each for the booking, all or nothing, under the resources' locks.

    Raises RuleViolation ``equipment_unknown``, ``training_needed`` or ``equipment_taken``.
    """
    if not equipment:
        return
    day = clock.day_of(booking.starts)
    lacking = missing_trainings(booking.merchant, equipment, day, settings or house.current())
    if lacking:
        raise RuleViolation(*lacking)
    allowed = set(
        Resource.objects.active()
        .equipment()
        .filter(used_in=booking.resource_id, pk__in=[item.pk for item in equipment])
        .values_list("pk", flat=True)
    )
    if any(item.pk not in allowed for item in equipment):
        raise RuleViolation(refusals.equipment_unknown())
    span = Interval(*booking.blocked)
    found = {item: free_or_swept(item, span, now) for item in equipment}
    missing = [item.display_name for item, unit in found.items() if unit is None]
    if missing:
        raise RuleViolation(refusals.equipment_taken(missing))
    units.take(booking, [unit for unit in found.values() if unit is not None])
