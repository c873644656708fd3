"""Reads on businesses."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AnonymousUser

from center.models import User
from merchants.models import Merchant, Suspension


def merchant_of(user: User | AnonymousUser) -> Merchant | None:
    """The business a person acts for: the one joined first."""
    if not isinstance(user, User):
        return None
    return Merchant.objects.of_user(user.pk).first()


def suspended_until(merchant_id: int, at: dt.datetime) -> dt.datetime | None:
    """The end of the longest suspension in force at ``at``, if there is one."""
    return (
        Suspension.objects.filter(
            merchant_id=merchant_id, starts__lte=at, ends__gt=at, lifted_at=None
        )
        .order_by("-ends")
        .values_list("ends", flat=True)
        .first()
    )
