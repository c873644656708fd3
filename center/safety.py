"""What the house asks of a person's log-in: a second factor, and how long it may rest."""

from __future__ import annotations

import datetime as dt

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from center.models import User
from center.permissions import ROLES, roles_of

#: what logs in; recovery codes only stand in for one of these
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def works_here(person: User) -> bool:
    """Whether the person handles other people's data: staff, officials, evaluators."""
    return has_free_hand(person) or not roles_of(person).isdisjoint(ROLES)


def has_free_hand(person: User) -> bool:
    """What the person's own row says of it; roles cost a query."""
    return person.is_staff or person.is_superuser


def needs_second_factor(person: User) -> bool:
    return settings.REQUIRE_SECOND_FACTOR and works_here(person)


def has_second_factor(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type__in=FACTORS).exists()


def has_proved(request: HttpRequest) -> bool:
    """Whether this very session showed a second factor, not only some session of the person.

    A stolen password opens a session before its owner sets up a factor; that session must
    not become good by the owner's deed.
    """
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def idle_limit(person: User) -> dt.timedelta:
    """How long the person's session lives without a request."""
    staff = works_here(person)
    return dt.timedelta(minutes=settings.IDLE_MINUTES if staff else settings.IDLE_MINUTES_MERCHANT)
