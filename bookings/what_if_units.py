"""What the bookings of a month had: their units, with others that would have done as well, when
these were closed, and the trainings of their businesses. Read for ``bookings.what_if``."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import F

from bookings.intervals import Interval
from bookings.models import Allocation, Booking, Resource, Training, Unit
from bookings.replay import Shut, Use
from bookings.services.units import as_range


class Taken:
    """Which units each booking has, or had until it ended. 3 queries, two where nothing was."""

    def __init__(self, bookings: Sequence[Booking]) -> None:
        keys = [booking.pk for booking in bookings]
        has = Unit.objects.filter(allocations__booking__in=keys).annotate(
            of=F("allocations__booking")
        )
        had = Unit.objects.filter(released_by__in=keys).annotate(of=F("released_by"))
        self._of: dict[int, dict[int, int]] = defaultdict(dict)
        for rows in (had, has):  # what it has counts more than what it gave back
            for of, resource, unit in rows.values_list("of", "resource_id", "pk"):
                self._of[of][resource] = unit
        resources = {resource for units in self._of.values() for resource in units}
        self._units: dict[int, list[Unit]] = defaultdict(list)
        for row in Unit.objects.filter(resource__in=resources).select_related("resource"):
            self._units[row.resource_id].append(row)

    def equipment(self, booking: Booking) -> list[Resource]:
        """The kinds of equipment that were taken along."""
        resources = [self._units[resource][0].resource for resource in self._of[booking.pk]]
        return [resource for resource in resources if resource.is_equipment]

    def closures(self, window: Interval[dt.datetime]) -> list[Shut]:
        """When a unit that any of them had, or might have had, was closed. One query."""
        rows = Allocation.objects.filter(
            closure__isnull=False,
            unit__resource__in=list(self._units),
            during__overlap=as_range(window),
        )
        found = rows.values_list("unit_id", "closure__created_at", "during")
        return [Shut(unit, made, Interval(span.lower, span.upper)) for unit, made, span in found]

    def use(self, booking: Booking, span: Interval[dt.datetime]) -> Use:
        """The booking as if its units had been taken for ``span``."""
        ended = [at for at in (booking.closed_at, booking.completed_at) if at is not None]
        wants = {
            resource: [unit, *self._others(resource, unit, booking.headcount)]
            for resource, unit in self._of[booking.pk].items()
        }
        return Use(booking.pk, booking.created_at, min(ended, default=None), span, wants)

    def _others(self, resource: int, unit: int, people: int) -> list[int]:
        """Equipment is for whoever uses the space; spaces must have room for all."""
        return [
            other.pk
            for other in self._units[resource]
            if other.pk != unit
            and other.in_service
            and (
                other.resource.is_equipment or (other.capacity or other.resource.capacity) >= people
            )
        ]


class Trained:
    """Who had which training, as it was known at an instant. One query."""

    def __init__(self, bookings: Iterable[Booking]) -> None:
        businesses = {booking.merchant_id for booking in bookings}
        rows = Training.objects.filter(user__memberships__merchant__in=businesses - {None})
        self._of: dict[int, list[Training]] = defaultdict(list)
        for row in rows.annotate(member_of=F("user__memberships__merchant")):
            self._of[vars(row)["member_of"]].append(row)

    def is_trained(self, booking: Booking, resource: Resource, day: dt.date) -> bool:
        """As ``services.facts.is_trained`` would have said when the booking was made."""
        if booking.merchant_id is None:
            return True
        made = booking.created_at
        return any(
            (row.resource_id == resource.pk or row.category == resource.category)
            and row.recorded_at <= made
            and (row.revoked_at is None or row.revoked_at > made)
            and row.trained_on <= day
            and (row.valid_until is None or row.valid_until >= day)
            for row in self._of[booking.merchant_id]
        )
