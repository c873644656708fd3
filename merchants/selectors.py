"""Reads on businesses."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from center.models import User
from merchants.models import Merchant


def merchant_of(user: User | AnonymousUser) -> Merchant | None:
    """The business a person acts for: the one joined first."""
    if not isinstance(user, User):
        return None
    return Merchant.objects.of_user(user.pk).first()
