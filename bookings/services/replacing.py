"""Which unit a moved booking gets for each one it has."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookings import equipment_refusals, refusals
from bookings.intervals import Interval
from bookings.models import Booking, Resource, Unit
from bookings.services import units
from center.errors import RuleViolation


@dataclass(frozen=True)
class Place:
    """A unit the booking has, and the one wished for in its place."""

    old: Unit
    is_space: bool
    wish: Unit | None = None

    @property
    def resource(self) -> Resource:
        return (self.wish or self.old).resource


def places_for(booking: Booking, taken: Sequence[Unit], wish: Unit | None) -> list[Place]:
    """A place for each unit the booking has, the wish in that of the unit it can stand in for.

    Raises RuleViolation ``not_a_replacement`` for a wish that can stand in for none.
    """
    replaced = _replaced_by(wish, booking, taken) if wish else None
    return [
        Place(old, old.resource_id == booking.resource_id, wish if old == replaced else None)
        for old in taken
    ]


def _replaced_by(wish: Unit, booking: Booking, taken: Sequence[Unit]) -> Unit:
    """One of the same resource, else the space for an offered one of the same category."""
    for old in taken:
        if old.resource_id == wish.resource_id:
            return old
    for old in taken:
        alike = old.resource.category == wish.resource.category and wish.resource.is_active
        if old.resource_id == booking.resource_id and alike:
            return old
    raise RuleViolation(refusals.not_a_replacement())


def stays(places: Sequence[Place]) -> bool:
    """Whether nothing is to be replaced."""
    return all(place.wish in (None, place.old) for place in places)


def space_of(places: Sequence[Place], locked: Mapping[int, Resource], booking: Booking) -> Resource:
    """The space the booking will have, as locked. All its equipment must be lent with it;
    raises RuleViolation ``equipment_unknown`` otherwise."""
    kept = booking.resource_id
    space = next((place.resource.pk for place in places if place.is_space), kept)
    equipment = {place.resource.pk for place in places if not place.is_space}
    if space != kept and equipment:
        lent = Resource.objects.filter(used_in=space, pk__in=equipment)
        if lent.count() < len(equipment):
            raise RuleViolation(equipment_refusals.equipment_unknown())
    return locked[space]


def units_at(places: Sequence[Place], booking: Booking, span: Interval[dt.datetime]) -> list[Unit]:
    """A unit for each place: the one wished for or nothing, else the same one where it is free."""
    found: list[Unit] = []
    missing: list[str] = []
    for place in places:
        new = _free(place, booking.headcount if place.is_space else 1, span, booking)
        if new is not None:
            found.append(new)
        elif place.is_space:
            raise RuleViolation(refusals.slot_taken())
        else:
            missing.append(place.resource.display_name)
    if missing:
        raise RuleViolation(equipment_refusals.equipment_taken(missing))
    return found


def _free(place: Place, people: int, span: Interval[dt.datetime], booking: Booking) -> Unit | None:
    seats = place.resource.capacity
    if place.wish and (place.wish.capacity or seats) < people:
        raise RuleViolation(refusals.too_many_people(place.wish.capacity or seats))
    find = functools.partial(
        units.free_unit, place.resource.pk, span, own=[booking.pk], people=people, capacity=seats
    )
    new = find(prefer=(place.wish or place.old).pk)
    if new is not None and place.wish is None and units.is_the_lines(new):
        new = find()  # another one, if there is one for which nobody waits
    return None if place.wish and new != place.wish else new


def unit_of_space(booking: Booking, those: Sequence[Unit]) -> Unit | None:
    """Of these units the one of the booking's space."""
    return next((unit for unit in those if unit.resource_id == booking.resource_id), None)
