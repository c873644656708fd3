"""Somebody of each role, logged in."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from center import idle
from center.models import User

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sessions_of(people: Mapping[str, User]) -> dict[str, str]:
    """A new session for each, as they are now: a case may have changed or barred them."""
    made = {}
    for role, person in people.items():
        person.refresh_from_db()
        if not person.is_active:
            User.objects.filter(pk=person.pk).update(is_active=True)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = _BACKEND
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        idle.stamp(session, person)
        session.save()
        made[role] = str(session.session_key)
    return made


def of_the_demo() -> dict[str, User]:
    names = ("merchant", "newcomer", "staff", "manager", "official", "evaluator")
    return {name: User.objects.get(email=f"{name}@example.com") for name in names}
