"""Logged-in clients without the log-in form: session rows written directly."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import get_random_string

from center import clock, idle
from center.models import User
from center.permissions import OPERATOR

#: cookie and form carry the same token, as a page would give it
CSRF_TOKEN = "bench" * 6 + "xx"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Account:
    user_id: int
    merchant_id: int
    session: str

    @property
    def cookies(self) -> dict[str, str]:
        return {
            settings.SESSION_COOKIE_NAME: self.session,
            settings.CSRF_COOKIE_NAME: CSRF_TOKEN,
        }


def operator() -> dict[str, str]:
    """The cookies of a member of staff who has logged in; after ``log_in``."""
    person, _made = User.objects.get_or_create(
        email="operator@bench.example.com", defaults={"name": "Operator", "is_staff": True}
    )
    person.groups.set([Group.objects.get(name=OPERATOR)])
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), _BACKEND
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    idle.stamp(store, person)
    store.save()
    return {
        settings.SESSION_COOKIE_NAME: str(store.session_key),
        settings.CSRF_COOKIE_NAME: CSRF_TOKEN,
    }


def log_in(count: int) -> list[Account]:
    """Sessions for the first ``count`` accounts; those of the run before are thrown away."""
    Session.objects.all().delete()
    UserSession.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, merchant_id FROM bench_account ORDER BY n LIMIT %s", [count]
        )
        rows = cursor.fetchall()
    accounts = [Account(user, merchant, get_random_string(32)) for user, merchant in rows]
    Session.objects.bulk_create(_sessions(accounts), batch_size=1000)
    seen = {"ip": "127.0.0.1", "user_agent": "bench"}
    UserSession.objects.bulk_create(
        (
            UserSession(user_id=account.user_id, session_key=account.session, **seen)
            for account in accounts
        ),
        batch_size=1000,
    )
    return accounts


def just_seen(accounts: list[Account]) -> None:
    """As if each had opened a page this minute, which notes that they are there: a booking
    comes from a page, and what is measured is the booking."""
    Session.objects.bulk_update(_sessions(accounts), ["session_data"], batch_size=1000)


def _sessions(accounts: list[Account]) -> list[Session]:
    # All accounts have the same (unusable) password and no role: one stands for them all.
    person = User.objects.get(pk=accounts[0].user_id)
    store, expires = SessionStore(), clock.now() + clock.DAY
    idle.stamp(store, person)
    shared = {
        **dict(store.items()),
        BACKEND_SESSION_KEY: _BACKEND,
        HASH_SESSION_KEY: person.get_session_auth_hash(),
    }
    return [
        Session(
            session_key=account.session,
            session_data=store.encode({SESSION_KEY: str(account.user_id), **shared}),
            expire_date=expires,
        )
        for account in accounts
    ]
