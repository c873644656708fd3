"""What the waiting list tells those who wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings.links import token_of_offer
from bookings.models import Offer, Waiting
from center import clock
from center.notifications.kinds import ForReader, Kind, register
from center.notifications.services import cancel_all, queue

_MOMENT = dt.datetime(2026, 11, 30, 14, tzinfo=clock.KST)
_HOUR = dt.timedelta(hours=1)

OFFERED = register(
    Kind(
        "bookings.offered",
        name=_("Offer of the waiting list"),
        example={
            "business": "달구벌 수제청",
            "place": "1인 스튜디오",
            "starts": _MOMENT,
            "ends": _MOMENT + 2 * _HOUR,
            "until": _MOMENT - 24 * _HOUR,
        },
        mailed=True,
    )
)
WAITING_OVER = register(
    Kind(
        "bookings.waiting_over",
        name=_("Waiting ended without a time"),
        example={"place": "1인 스튜디오", "starts": _MOMENT, "ends": _MOMENT + 4 * _HOUR},
    )
)


def offered(offer: Offer) -> None:
    """To whoever waits, and nobody else: the link answers without a log-in."""
    booking, waiting = offer.booking, offer.waiting
    assert booking.held_until is not None
    queue(
        kind=OFFERED,
        recipient=waiting.user,
        context={
            "business": waiting.merchant.name,
            "place": ForReader(lambda: booking.resource.display_name),
            "starts": booking.starts,
            "ends": booking.ends,
            "until": booking.held_until,
        },
        link=reverse("offer", args=[token_of_offer(offer)]),
        dedupe_key=_key(offer),
        useless_after=booking.held_until,
    )


def call_off_offers(offers: Iterable[Offer]) -> None:
    """What is not on its way yet of offers that are answered."""
    if keys := [_key(offer) for offer in offers]:
        cancel_all(dedupe_keys=keys)


def _key(offer: Offer) -> str:
    return f"{OFFERED.key}:{offer.pk}"


def waiting_over(waiting: Waiting) -> None:
    queue(
        kind=WAITING_OVER,
        recipient=waiting.user,
        context={
            "place": ForReader(lambda: waiting.what),
            "starts": waiting.starts,
            "ends": waiting.ends,
        },
        link=reverse("space_list"),
        dedupe_key=f"{WAITING_OVER.key}:{waiting.pk}",
    )
