"""What a business hears when nobody came, and what staff decided on its appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking, NoShow, NoShowDecision
from center import clock
from center.models import User
from center.notifications.kinds import ForReader, Kind, Value, register
from center.notifications.services import Addressee, queue_each
from merchants.models import Membership, Merchant

_SPACE, _BUSINESS = "1인 스튜디오", "달구벌 수제청"
_MOMENT = dt.datetime(2026, 11, 25, 14, tzinfo=clock.KST)
_BOOKING: dict[str, Value] = {
    "business": _BUSINESS,
    "space": _SPACE,
    "starts": _MOMENT,
    "number": "B7K2-9QXM",
}

NO_SHOW = register(
    Kind(
        "bookings.no_show",
        name=_("Booking not used"),
        example={
            **_BOOKING,
            "is_suspended": True,
            "until": _MOMENT + 30 * clock.DAY,
            "appeal_until": _MOMENT + 14 * clock.DAY,
        },
    )
)
WAIVED = register(
    Kind(
        "bookings.no_show_waived",
        name=_("No-show not held against the business"),
        example={**_BOOKING, "reason": "교통사고로 늦으신 것을 확인했습니다."},
    )
)
UPHELD = register(
    Kind(
        "bookings.no_show_upheld",
        name=_("No-show upheld"),
        example={
            **_BOOKING,
            "reason": "미리 연락하신 기록이 없습니다.",
            "is_suspended": True,
            "until": _MOMENT + 30 * clock.DAY,
        },
    )
)


def no_show(row: NoShow, merchant: Merchant) -> None:
    _tell(row, merchant, NO_SHOW, {**_ban(row), "appeal_until": row.appeal_until})


def decided(row: NoShow, merchant: Merchant) -> None:
    context: dict[str, Value] = {"reason": row.decision_reason}
    if row.decision == NoShowDecision.WAIVED:
        _tell(row, merchant, WAIVED, context)
    else:
        _tell(row, merchant, UPHELD, {**context, **_ban(row)})


def _ban(row: NoShow) -> dict[str, Value]:
    """Whether it still keeps the business from booking, and until when."""
    suspension = row.suspension
    in_force = suspension is not None and suspension.is_in_force(clock.now())
    until = suspension.ends if suspension is not None else row.marked_at
    return {"is_suspended": in_force, "until": until}


def _tell(row: NoShow, merchant: Merchant, kind: Kind, context: dict[str, Value]) -> None:
    booking = row.booking
    about: dict[str, Value] = {
        "business": merchant.name,
        "space": ForReader(lambda: booking.resource.display_name),
        "starts": booking.starts,
        "number": booking.reference,
    }
    link = reverse("no_show", args=[booking.reference])
    told = [
        Addressee(person, f"{kind.key}:{row.pk}:{person.pk}", link) for person in _people(booking)
    ]
    queue_each(kind=kind, told=told, context={**about, **context})


def _people(booking: Booking) -> Iterable[User]:
    """The owner, and the member who booked."""
    told = Q(role=Membership.Role.OWNER) | Q(user=booking.booked_by)
    return User.objects.filter(
        pk__in=Membership.objects.filter(told, merchant=booking.merchant_id).values("user")
    ).order_by("pk")
