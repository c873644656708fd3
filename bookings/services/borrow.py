"""Free units found under the locks of their resources, and equipment taken along."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence

from django.db import connection

from bookings import equipment_refusals, house, line_refusals, refusals
from bookings.house import House
from bookings.intervals import Interval
from bookings.models import Booking, Resource, Unit
from bookings.services import units
from bookings.services.expire import expire_ended_holds
from bookings.services.trainings import missing_trainings
from center import clock
from center.errors import RuleViolation


def free_or_swept(
    resource: Resource,
    span: Interval[dt.datetime],
    now: dt.datetime,
    *,
    people: int = 1,
    prefer: int | None = None,
    own: Sequence[int] = (),
) -> Unit | None:
    """A free unit, the preferred one if it can be; holds that ran out are swept when there seems
    to be none, or the preferred one seems taken."""
    find = functools.partial(
        units.free_unit,
        resource.pk,
        span,
        people=people,
        capacity=resource.capacity,
        prefer=prefer,
        own=own,
    )
    unit = find()
    is_what_was_wished = unit is not None and prefer in (None, unit.pk)
    if not is_what_was_wished and expire_ended_holds(resource_ids=[resource.pk], now=now):
        unit = find()
    return unit


def unit_or_refusal(
    resource: Resource,
    span: Interval[dt.datetime],
    now: dt.datetime,
    *,
    own: Sequence[int],
    prefer: Unit | None = None,
) -> Unit:
    """A unit for somebody who chooses, the preferred one if it can be. What was just given back
    is for those who wait first, but what his ``own`` earlier choices gave back he may choose anew.

    Raises RuleViolation ``slot_taken`` or ``line_first``.
    """
    unit = free_or_swept(resource, span, now, own=own, prefer=prefer.pk if prefer else None)
    if prefer is not None and unit is not None and units.is_the_lines(unit):
        unit = free_or_swept(resource, span, now, own=own)
    if unit is None:
        raise RuleViolation(refusals.slot_taken())
    if units.is_the_lines(unit):
        raise RuleViolation(line_refusals.line_first())
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
    if not _is_lent_with(equipment, booking.resource_id):
        raise RuleViolation(equipment_refusals.equipment_unknown())
    span = Interval(*booking.blocked)
    found = {item: free_or_swept(item, span, now) for item in equipment}
    missing = [item.display_name for item, unit in found.items() if unit is None]
    if missing:
        raise RuleViolation(equipment_refusals.equipment_taken(missing))
    units.take(booking, [unit for unit in found.values() if unit is not None])


_LENT_SQL = """
SELECT count(*) FROM bookings_resource e
JOIN bookings_resource_used_in u ON u.from_resource_id = e.id
WHERE e.id = ANY(%s) AND u.to_resource_id = %s AND e.is_active AND e.category = 'equipment'
"""


def _is_lent_with(equipment: Sequence[Resource], space_id: int) -> bool:
    """Whether each is offered and may be taken along to that space. One query."""
    wanted = {item.pk for item in equipment}
    with connection.cursor() as cursor:
        cursor.execute(_LENT_SQL, [sorted(wanted), space_id])
        return bool(cursor.fetchone()[0] == len(wanted))
