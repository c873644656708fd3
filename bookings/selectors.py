"""Reads shaped for pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from bookings import availability, what_if
from bookings.availability import Outlook, Slot
from bookings.cells import units_left
from bookings.house import House
from bookings.intervals import Interval
from bookings.models import Allocation, Booking, BookingState, Resource, RuleOverride, Unit
from bookings.policies import Rules
from bookings.services.facts import is_trained, rules_for
from bookings.services.units import as_range
from center import clock, display
from center.models import User
from merchants.models import Merchant


@dataclass(frozen=True)
class SpaceCard:
    """A space in a list: how many units, the next free slot, in words."""

    resource: Resource
    unit_words: str
    next_slot: Slot | None
    next_day: str
    left_words: str
    needs_approval: bool


def space_cards() -> list[SpaceCard]:
    """The spaces offered, each with its next free slot. 7 queries whatever their number."""
    resources = list(Resource.objects.active().spaces())
    upcoming = availability.next_free(resources)
    return [_card(resource, *upcoming[resource.pk]) for resource in resources]


def _card(resource: Resource, outlook: Outlook, slot: Slot | None) -> SpaceCard:
    left = slot.free_units if slot else 0
    words = units_left(resource.category, left)
    return SpaceCard(
        resource=resource,
        unit_words=units_left(resource.category, len(outlook.units)),
        next_slot=slot,
        next_day=clock.day_of(slot.start).isoformat() if slot else "",
        left_words=_("Last one") if left == 1 else _("%(units)s left") % {"units": words},
        needs_approval=outlook.rules(clock.day_of(outlook.now)).needs_approval,
    )


def equipment_list() -> QuerySet[Resource]:
    return (
        Resource.objects.active()
        .equipment()
        .annotate(unit_count=Count("units", filter=Q(units__in_service=True), distinct=True))
        .prefetch_related("used_in")
    )


def bookings_of(merchant: Merchant | None) -> tuple[list[Booking], QuerySet[Booking]]:
    """What a business booked: to come, soonest first, its holds included; and the rest,
    newest first."""
    if merchant is None:
        return [], Booking.objects.none()
    now = clock.now()
    mine = Booking.objects.of_merchant(merchant.pk).select_related("resource")
    coming = mine.filter(state__in=BookingState.live, ends__gt=now).exclude(
        state=BookingState.HELD, held_until__lte=now
    )
    earlier = mine.booked().exclude(state__in=BookingState.live, ends__gt=now)
    earlier = earlier.exclude(requested_at=None)  # a hold given back was never a booking
    return list(coming.order_by("starts")), earlier.order_by("-starts", "-pk")


def units_of(booking: Booking) -> list[Unit]:
    """The units a booking takes, or took until it ended: its space first, then equipment."""
    taken = Q(allocations__booking=booking) | Q(released_by=booking)
    units = Unit.objects.filter(taken).select_related("resource").distinct()
    return sorted(units, key=lambda unit: (unit.resource_id != booking.resource_id, unit.pk))


@dataclass(frozen=True)
class EquipmentChoice:
    """``untrained``: it needs a training that nobody of the business has had."""

    resource: Resource
    free_units: int
    untrained: bool

    @property
    def is_possible(self) -> bool:
        return self.free_units > 0 and not self.untrained


def equipment_for(booking: Booking, settings: House) -> list[EquipmentChoice]:
    """Equipment lent with the booking's space, how many of each are free then, and whether a
    training is missing. 1 query, and one for each kind that needs a training."""
    overlapping = Allocation.objects.filter(
        unit=OuterRef("units__pk"), during__overlap=as_range(Interval(*booking.blocked))
    ).exclude(booking__state=BookingState.HELD, booking__held_until__lte=clock.now())
    rows = (
        Resource.objects.active()
        .equipment()
        .filter(used_in=booking.resource_id)
        .annotate(
            free_units=Count(
                "units", filter=Q(Q(units__in_service=True), ~Exists(overlapping)), distinct=True
            )
        )
    )
    return [
        EquipmentChoice(row, row.free_units, _lacks_training(booking, row, settings))
        for row in rows
    ]


def _lacks_training(booking: Booking, resource: Resource, settings: House) -> bool:
    day = clock.day_of(booking.starts)
    needed = rules_for(resource, day, settings).needs_training
    return needed and not is_trained(booking.merchant, resource, day)


@dataclass(frozen=True)
class HistoryEntry:
    at: dt.datetime
    state: str
    label: str
    starts: dt.datetime
    moved: bool
    by: str


_OF_HISTORY = ("pgh_created_at", "state", "starts", "ends", "expected_until")


def history_of(booking: Booking, *, for_staff: bool = False) -> list[HistoryEntry]:
    """What became of a booking, oldest first, from the append-only history. Only staff read
    which of them did it; to others staff are the center. 2 queries."""
    events = list(
        apps.get_model("bookings", "BookingEvent")
        .objects.filter(pgh_obj_id=booking.pk)
        .order_by("pgh_id")
        .values(*_OF_HISTORY, user=F("pgh_context__metadata__user"))
    )
    names = _names({event["user"] for event in events if event["user"]}, staff=for_staff)
    entries: list[HistoryEntry] = []
    before = None
    for event in events:
        moved = before is not None and (before["starts"], before["ends"]) != (
            event["starts"],
            event["ends"],
        )
        called = before is not None and _has_called(before, event)
        if before is None or moved or called or before["state"] != event["state"]:
            entries.append(
                HistoryEntry(
                    at=event["pgh_created_at"],
                    state=event["state"],
                    label=_called(event) if called else _step(before, event["state"]),
                    starts=event["starts"],
                    moved=moved,
                    by=names.get(event["user"], ""),
                )
            )
        before = event
    return entries


@dataclass(frozen=True)
class SetAside:
    """Rules staff set aside for a booking: which, why, who."""

    rules: Sequence[str]
    row: RuleOverride


def set_aside_for(booking: Booking) -> list[SetAside]:
    """Oldest first. One query."""
    rows = booking.overrides.select_related("by")
    return [SetAside([what_if.label_of(code) for code in row.codes], row) for row in rows]


def _has_called(before: dict[str, Any], event: dict[str, Any]) -> bool:
    until = event["expected_until"]
    return until is not None and until != before["expected_until"]


def _called(event: dict[str, Any]) -> str:
    return _("Called, comes by %(time)s") % {"time": display.time(event["expected_until"])}


def _step(before: dict[str, Any] | None, state: str) -> str:
    if (before and before["state"], state) == (BookingState.CHECKED_IN, BookingState.CONFIRMED):
        return _("Check-in taken back")
    return str(BookingState(state).label)


def entry_window(booking: Booking, rules: Rules) -> tuple[dt.datetime, dt.datetime]:
    """From when until when the door is opened for a booking."""
    return rules.entry(booking.starts, booking.expected_until)


def _names(ids: set[int], *, staff: bool) -> dict[int, str]:
    return {
        user.pk: user.name if staff or not user.is_staff else ""
        for user in User.objects.filter(pk__in=ids).only("pk", "name", "email", "is_staff")
    }


def current_hold(user: User | AnonymousUser) -> Booking | None:
    """What the person holds now, if anything."""
    if not isinstance(user, User):
        return None
    return (
        Booking.objects.filter(state=BookingState.HELD, booked_by=user, held_until__gt=clock.now())
        .select_related("resource")
        .first()
    )


def made_anew(booking: Booking) -> Booking | None:
    """What became of a hold that ran out, if the same person holds or has the same use again
    since; what the business had before, or a colleague has, is another one."""
    same = Booking.objects.of_merchant(booking.merchant_id or 0).filter(
        resource=booking.resource_id, starts=booking.starts, ends=booking.ends
    )
    since = same.filter(pk__gt=booking.pk, booked_by=booking.booked_by_id)
    ran_out = Q(state=BookingState.HELD, held_until__lte=clock.now())
    return since.filter(~ran_out, state__in=BookingState.live).first()


def live_bookings_in_week(
    merchant: Merchant, resource: Resource, monday: dt.date
) -> Sequence[Booking]:
    """The business's own bookings of a space that touch the week, holds that ran out left out."""
    return list(
        Booking.objects.of_merchant(merchant.pk)
        .filter(
            resource=resource,
            state__in=BookingState.occupying,
            starts__lt=clock.at(monday + 7 * clock.DAY),
            ends__gt=clock.at(monday),
        )
        .exclude(state=BookingState.HELD, held_until__lte=clock.now())
    )
