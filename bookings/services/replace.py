"""Other devices for bookings whose own is out of service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from bookings import house
from bookings.house import House
from bookings.intervals import Interval
from bookings.locking import lock_booking, lock_resources, reserving
from bookings.messages import equipment as messages
from bookings.models import Allocation, Booking, BookingState, Unit
from bookings.services.expire import expire_ended_holds
from bookings.services.trainings import missing_trainings
from bookings.services.units import as_range
from center import clock


@dataclass(frozen=True)
class Affected:
    """A booking that holds the device, and the devices that could take its place: of the same
    resource first, then of others lent with that space."""

    booking: Booking
    choices: Sequence[Unit]


@dataclass
class Outcome:
    """What became of the chosen replacements; ``left`` were taken by somebody meanwhile."""

    replaced: list[Booking] = field(default_factory=list)
    left: list[Booking] = field(default_factory=list)


# One query whatever the number of bookings. Two bookings of one device never overlap, so the
# same replacement may be proposed to both.
_CHOICES_SQL = """
SELECT b.id, u.id
FROM bookings_allocation a
JOIN bookings_booking b ON b.id = a.booking_id
JOIN bookings_unit broken ON broken.id = a.unit_id
JOIN bookings_unit u ON u.id <> broken.id AND u.in_service
JOIN bookings_resource r ON r.id = u.resource_id AND r.is_active AND r.category = 'equipment'
WHERE a.unit_id = %(unit)s AND b.id = ANY(%(bookings)s)
  AND (r.id = broken.resource_id OR EXISTS (
      SELECT 1 FROM bookings_resource_used_in lent
      WHERE lent.from_resource_id = r.id AND lent.to_resource_id = b.resource_id))
  AND NOT EXISTS (
      SELECT 1 FROM bookings_allocation taken
      LEFT JOIN bookings_booking h ON h.id = taken.booking_id
      WHERE taken.unit_id = u.id AND taken.during && a.during
        AND NOT coalesce(h.state = 'held' AND h.held_until <= %(now)s, false))
  AND NOT EXISTS (
      SELECT 1 FROM bookings_closure c
      WHERE c.unit_id = u.id AND tstzrange(c.starts, c.ends) && a.during)
  AND NOT EXISTS (  -- one that did not come back cannot be promised
      SELECT 1 FROM bookings_handover late
      WHERE late.unit_id = u.id AND late.back_at IS NULL AND late.due_back < %(now)s)
ORDER BY b.starts, b.id, (r.id = broken.resource_id) DESC, r.position, u.position, u.id
"""


def affected_by(unit: Unit) -> list[Affected]:
    """Bookings still to come, or under way, that hold the device, soonest first, each with
    what could take its place. 4 queries, one more for each training asked for."""
    now = clock.now()
    bookings = list(
        Booking.objects.live()
        .filter(allocations__unit=unit, ends__gt=now)
        .exclude(state=BookingState.HELD)
        .exclude(hand_overs__unit=unit)  # it has the device, or had it and gave it back
        .select_related("resource", "merchant")
        .order_by("starts", "pk")
    )
    choices = _choices(unit, [booking.pk for booking in bookings])
    settings = house.current()
    return [
        Affected(booking, _usable(booking, unit, choices.get(booking.pk, []), settings))
        for booking in bookings
    ]


def _usable(booking: Booking, old: Unit, found: Sequence[Unit], settings: House) -> list[Unit]:
    """Without those for which its business lacks a training: they would not be handed out."""
    day = clock.day_of(booking.starts)
    others = {unit.resource for unit in found if unit.resource_id != old.resource_id}
    closed = {it for it in others if missing_trainings(booking.merchant, [it], day, settings)}
    return [unit for unit in found if unit.resource not in closed]


def _choices(unit: Unit, booking_ids: Sequence[int]) -> dict[int, list[Unit]]:
    wanted: dict[str, Any] = {"unit": unit.pk, "bookings": list(booking_ids), "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES_SQL, wanted)
        pairs = cursor.fetchall()
    units = Unit.objects.select_related("resource").in_bulk({unit_id for _, unit_id in pairs})
    found: dict[int, list[Unit]] = {}
    for booking_id, unit_id in pairs:
        found.setdefault(booking_id, []).append(units[unit_id])
    return found


@reserving
def apply(*, unit: Unit, chosen: Mapping[int, int]) -> Outcome:
    """Give bookings (their ids) the devices chosen for them in place of ``unit``, in one go.

    Each booking as a whole or not at all; one whose choice is no longer possible keeps what it
    has and is left for a call. A business that gets another kind of device is told.
    """
    replacements = Unit.objects.select_related("resource").in_bulk(chosen.values())
    lock_resources({unit.resource_id, *(u.resource_id for u in replacements.values())})
    bookings = [lock_booking(pk) for pk in sorted(chosen)]
    expire_ended_holds(resource_ids={u.resource_id for u in replacements.values()}, now=clock.now())
    possible, outcome = {a.booking.pk: a.choices for a in affected_by(unit)}, Outcome()
    for booking in bookings:
        new = replacements.get(chosen[booking.pk])
        if new is None or new not in possible.get(booking.pk, []):
            outcome.left.append(booking)
            continue
        _swap(booking, unit, new)
        outcome.replaced.append(booking)
    return outcome


def _swap(booking: Booking, old: Unit, new: Unit) -> None:
    """The constraint has the last word. The calendar file of the booking changes too."""
    during = as_range(Interval(*booking.blocked))
    Allocation.objects.filter(booking=booking, unit=old).update(unit=new, during=during)
    booking.sequence += 1
    booking.save(update_fields=["sequence"])
    if new.resource_id != old.resource_id:
        messages.replaced(booking, old, new)
