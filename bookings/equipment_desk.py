"""What the pages of the equipment desk show. Reads only, a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bookings.models import (
    Allocation,
    Booking,
    Category,
    Damage,
    DamageState,
    HandOver,
    Training,
    Unit,
)
from bookings.services.lending import LENDABLE
from center import clock


class Show(StrEnum):
    """The lists of the desk."""

    TODAY = "today"
    OUT = "out"
    OVERDUE = "overdue"
    REPAIR = "repair"

    @classmethod
    def of(cls, asked: str) -> Show:
        """Nonsense asks for today."""
        return cls(asked) if asked in set(cls) else cls.TODAY


@dataclass(frozen=True)
class Counts:
    today: int
    out: int
    overdue: int
    repair: int


def counts(now: dt.datetime) -> Counts:
    """The figures above the lists. 3 queries."""
    lent = HandOver.objects.out().aggregate(
        out=Count("pk"), overdue=Count("pk", filter=Q(due_back__lt=now))
    )
    return Counts(
        today=going_out(now).count(),
        out=lent["out"],
        overdue=lent["overdue"],
        repair=in_repair().count(),
    )


def going_out(now: dt.datetime) -> QuerySet[Allocation]:
    """What today's bookings still have to get, soonest first; ``is_out`` says that another
    booking has not brought it back yet."""
    first, last = clock.day_bounds(clock.day_of(now))
    mine = HandOver.objects.filter(booking=OuterRef("booking"), unit=OuterRef("unit"))
    still_out = HandOver.objects.out().filter(unit=OuterRef("unit"))
    return (
        Allocation.objects.filter(
            ~Exists(mine),
            unit__resource__category=Category.EQUIPMENT,
            booking__state__in=LENDABLE,
            booking__starts__gte=first,
            booking__starts__lt=last,
            booking__ends__gt=now,
        )
        .annotate(is_out=Exists(still_out))
        .select_related("unit__resource", "booking__merchant", "booking__resource")
        .order_by("booking__starts", "booking_id", "unit_id")
    )


def lent(show: Show, now: dt.datetime) -> QuerySet[HandOver]:
    """What is out, soonest due first; or of it what is overdue."""
    rows = HandOver.objects.out() if show == Show.OUT else HandOver.objects.overdue(now)
    rows = rows.select_related("unit__resource", "booking__merchant", "booking__resource")
    return rows.order_by("due_back", "pk")


def in_repair() -> QuerySet[Unit]:
    """Devices out of service that are not gone for good, with their open damages."""
    damages = Damage.objects.filter(unit=OuterRef("pk"))
    return (
        Unit.objects.filter(
            ~Exists(damages.filter(state=DamageState.WRITTEN_OFF)),
            resource__category=Category.EQUIPMENT,
            in_service=False,
        )
        .annotate(open_damages=Count("damages", filter=Q(damages__state=DamageState.OPEN)))
        .select_related("resource")
        .order_by("resource__position", "resource_id", "position", "pk")
    )


def trained_people(booking: Booking, unit: Unit) -> Sequence[Training]:
    """Who of the business has had the training for the device, for whoever hands it over."""
    if booking.merchant_id is None:
        return []
    trainings = Training.objects.valid_on(clock.day_of(booking.starts))
    trainings = trainings.for_resource(unit.resource).of_members(booking.merchant_id)
    return list(trainings.select_related("user").order_by("user__name", "pk"))


def lent_with(booking: Booking) -> list[HandOver]:
    """What a booking got over the counter, in the order of the desk. 2 queries."""
    rows = booking.hand_overs.select_related("unit__resource").prefetch_related("items")
    return list(rows.order_by("out_at", "pk"))
