"""Links that open one object without a log-in: its number, signed;
for a calendar a key that can be renewed instead.

Each salt opens one kind only: the link of an offer opens no calendar, nor the reverse.
Signatures are compared in constant time by Django.
"""

from __future__ import annotations

import uuid

from django.core import signing

from bookings.models import CalendarFeed, Offer

_offers = signing.Signer(salt="bookings.offer")
_feeds = signing.Signer(salt="bookings.calendar", sep=".")


def token_of_offer(offer: Offer) -> str:
    return _offers.sign(str(offer.pk))


def offer_of(token: str) -> Offer:
    """The offer a link stands for. Raises Offer.DoesNotExist for a forged one."""
    try:
        pk = _offers.unsign(token)
    except signing.BadSignature:
        raise Offer.DoesNotExist from None
    related = ("waiting__resource", "waiting__user", "booking__resource", "booking__merchant")
    return Offer.objects.select_related(*related).get(pk=pk)


def token_of_feed(feed: CalendarFeed) -> str:
    return _feeds.sign(feed.key.hex)


def feed_of(token: str) -> CalendarFeed:
    """The calendar an address stands for. Raises CalendarFeed.DoesNotExist for a forged one
    and for one whose key has been renewed."""
    try:
        key = uuid.UUID(_feeds.unsign(token))
    except (signing.BadSignature, ValueError):
        raise CalendarFeed.DoesNotExist from None
    return CalendarFeed.objects.select_related("user", "merchant", "resource").get(key=key)
