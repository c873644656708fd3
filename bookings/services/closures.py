"""Closing the house, a resource or a unit, and keeping closures true for new units."""

from __future__ import annotations

import copy
import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from bookings.intervals import Interval, subtract
from bookings.locking import lock_resources, reserving
from bookings.models import Allocation, Closure, Resource, Unit
from bookings.services.expire import expire_ended_holds
from bookings.services.settle import HouseChange
from bookings.services.units import as_range
from center import clock


@reserving
def close(*, closure: Closure) -> Closure:
    """Save a new closure and block its units, but for the time of bookings in the way: what
    becomes of those is asked by ``closing``."""
    lock_resources(_units(closure).values_list("resource_id", flat=True))
    units = list(_units(closure).order_by("pk"))
    expire_ended_holds(resource_ids={unit.resource_id for unit in units}, now=clock.now())
    closure.save()
    _block(closure, units)
    return closure


def closing(closure: Closure) -> HouseChange[Closure]:
    """A new closure as a change of the house: the bookings in its way are settled with it, and
    what they leave is closed as well."""
    return HouseChange(
        make=lambda: close(closure=copy.copy(closure)),
        resource_ids=set(_units(closure).values_list("resource_id", flat=True)),
        window=Interval(closure.starts, closure.ends),
        after=lambda made: _block(made, list(_units(made).order_by("pk"))),
    )


@transaction.atomic
def reopen(*, closure: Closure) -> None:
    """Take a closure back: one to come disappears, one under way ends now, a past one stays."""
    now = clock.now()
    closure = Closure.objects.select_for_update().get(pk=closure.pk)
    if closure.starts >= now:
        closure.delete()
    elif closure.ends > now:
        closure.ends = now
        closure.save(update_fields=["ends"])
        for allocation in closure.allocations.all():
            _cut(allocation, now)


def _cut(allocation: Allocation, at: dt.datetime) -> None:
    if allocation.during.lower >= at:
        allocation.delete()
    elif allocation.during.upper > at:
        allocation.during = as_range(Interval(allocation.during.lower, at))
        allocation.save(update_fields=["during"])


@reserving
def add_unit(*, unit: Unit) -> Unit:
    """Save a new unit and block it for the closures it falls under."""
    lock_resources([unit.resource_id])
    unit.save()
    for closure in Closure.objects.filter(
        Q(resource=unit.resource_id) | Q(resource=None, unit=None), ends__gt=clock.now()
    ):
        _block(closure, [unit])
    return unit


def _units(closure: Closure) -> QuerySet[Unit]:
    if closure.unit_id:
        return Unit.objects.filter(pk=closure.unit_id)
    if closure.resource_id:
        return Unit.objects.filter(resource_id=closure.resource_id)
    return Unit.objects.filter(resource__in=Resource.objects.all())


def _block(closure: Closure, units: list[Unit]) -> None:
    """Allocate each unit for the closure, leaving out what is taken already."""
    whole = Interval(closure.starts, closure.ends)
    taken: dict[int, list[Interval[dt.datetime]]] = {unit.pk: [] for unit in units}
    for row in Allocation.objects.filter(unit__in=units, during__overlap=as_range(whole)):
        taken[row.unit_id].append(Interval(row.during.lower, row.during.upper))
    Allocation.objects.bulk_create(
        Allocation(unit=unit, during=as_range(piece), closure=closure)
        for unit in units
        for piece in subtract([whole], taken[unit.pk])
    )
