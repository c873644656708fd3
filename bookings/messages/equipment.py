"""Messages about devices: due back, overdue, another one instead."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, HandOver, Resource, Unit
from center import clock
from center.models import User
from center.notifications.kinds import ForReader, Kind, Value, register
from center.notifications.services import queue
from merchants.models import Membership

_DEVICE = "현장라이브 카메라 세트 #2"
_MOMENT = dt.datetime(2026, 11, 27, 12, tzinfo=clock.KST)

DUE = register(
    Kind(
        "bookings.equipment_due",
        name=_("Equipment due back"),
        example={"device": _DEVICE, "due": _MOMENT, "place": "2층 장비실"},
    )
)
OVERDUE = register(
    Kind(
        "bookings.equipment_overdue",
        name=_("Equipment overdue"),
        example={"device": _DEVICE, "due": _MOMENT, "place": "2층 장비실", "penalty": True},
    )
)
REPLACED = register(
    Kind(
        "bookings.equipment_replaced",
        name=_("Other equipment for a booking"),
        example={"before": _DEVICE, "after": "보조 카메라 #1", "starts": _MOMENT},
    )
)


def due(hand_over: HandOver) -> None:
    """An hour before; once for that hour, whatever the number of times it is asked for."""
    _tell(hand_over.booking, DUE, _about(hand_over), key_of(DUE, hand_over))


def overdue(hand_over: HandOver, *, penalty: bool) -> None:
    """On the day after; ``penalty``: whether lateness suspends."""
    context: dict[str, Value] = {**_about(hand_over), "penalty": penalty}
    _tell(hand_over.booking, OVERDUE, context, key_of(OVERDUE, hand_over))


def replaced(booking: Booking, old: Unit, new: Unit) -> None:
    context: dict[str, Value] = {
        "before": ForReader(lambda: old.resource.display_name),
        "after": ForReader(lambda: new.resource.display_name),
        "starts": booking.starts,
    }
    _tell(booking, REPLACED, context, f"{REPLACED.key}:{booking.pk}:{booking.sequence}")


def key_of(kind: Kind, hand_over: HandOver) -> str:
    """Once for each moment it is due back: one extended is due anew."""
    return f"{kind.key}:{hand_over.pk}:{int(hand_over.due_back.timestamp())}"


def _about(hand_over: HandOver) -> dict[str, Value]:
    resource: Resource = hand_over.unit.resource
    return {
        "device": ForReader(lambda: str(hand_over.unit)),
        "due": hand_over.due_back,
        "place": ForReader(lambda: resource.display_location or resource.display_name),
    }


def _tell(booking: Booking, kind: Kind, context: dict[str, Value], key: str) -> None:
    person = _reader(booking)
    if person is not None:  # a business taken over from a register may have nobody
        link = booking.get_absolute_url()
        queue(kind=kind, recipient=person, context=context, link=link, dedupe_key=key)


def _reader(booking: Booking) -> User | None:
    """Whoever booked, if still of the business; else its owner."""
    if booking.merchant is None:
        return None
    members: list[Membership] = list(booking.merchant.memberships.all())
    booked = next((m.user for m in members if m.user_id == booking.booked_by_id), None)
    return booked or next((m.user for m in members if m.is_owner), None)
