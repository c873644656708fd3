"""Addresses of calendars: made, renewed, ended."""

from __future__ import annotations

import uuid

from django.db import transaction

from bookings.models import CalendarFeed, Resource
from center import clock
from center.models import User
from merchants.models import Merchant


@transaction.atomic
def renew(
    *, user: User, merchant: Merchant | None = None, resource: Resource | None = None
) -> CalendarFeed:
    """A new address; an old one of the same calendar opens nothing from now on."""
    anew = {"key": uuid.uuid4(), "created_at": clock.now(), "read_at": None}
    feed, _made = CalendarFeed.objects.update_or_create(
        user=user, merchant=merchant, resource=resource, defaults=anew
    )
    return feed


def end(*, user: User, merchant: Merchant | None = None, resource: Resource | None = None) -> None:
    """The address opens nothing from now on. Without one, nothing happens."""
    CalendarFeed.objects.filter(user=user, merchant=merchant, resource=resource).delete()


def end_all(user: User) -> None:
    """Who closes the account leaves no address behind."""
    CalendarFeed.objects.filter(user=user).delete()
