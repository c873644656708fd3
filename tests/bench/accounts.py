"""Logged-in clients without the log-in form: session rows written directly."""

from __future__ import annotations

from dataclasses import dataclass

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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, merchant_id FROM bench_account ORDER BY n LIMIT %s", [count]
        )
        rows = cursor.fetchall()
    # All accounts have the same (unusable) password, so one hash fits them all.
    session_hash = User.objects.get(pk=rows[0][0]).get_session_auth_hash()
    store, expires = SessionStore(), clock.now() + clock.DAY
    accounts = [Account(user, merchant, get_random_string(32)) for user, merchant in rows]
    Session.objects.bulk_create(
        (
            Session(
                session_key=account.session,
                session_data=store.encode(
                    {
                        SESSION_KEY: str(account.user_id),
                        BACKEND_SESSION_KEY: _BACKEND,
                        HASH_SESSION_KEY: session_hash,
                    }
                ),
                expire_date=expires,
            )
            for account in accounts
        ),
        batch_size=1000,
    )
    return accounts
