"""Sessions of the portal's people, made where it keeps them: the form of the log-in has journeys
of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.internal.flows import login
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import get_random_string

from center import clock
from center.models import User
from tests.journeys.portal import Site

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_LASTING = dt.timedelta(days=1)
#: the portal of this process, innermost
_sites: list[Site] = []


@contextmanager
def of(site: Site) -> Iterator[None]:
    """Meanwhile people are at home there."""
    _sites.append(site)
    yield
    _sites.remove(site)


def cookie_of(email: str) -> Any:
    """That of somebody who has just logged in with the password, as a browser keeps it."""
    site, key, now = _sites[-1], get_random_string(32), clock.now()
    pk, password = site.row("SELECT id, password FROM center_user WHERE email = %s", email)
    by_password = {"method": "password", "at": now.timestamp(), "email": email}
    held = {
        SESSION_KEY: str(pk),
        BACKEND_SESSION_KEY: _BACKEND,
        HASH_SESSION_KEY: User(pk=pk, password=password).get_session_auth_hash(),
        login.AUTHENTICATION_METHODS_SESSION_KEY: [by_password],
        login._AUTHENTICATION_METHODS_USER_SESSION_KEY: str(pk),
    }
    site.execute(
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)",
        *(key, SessionStore().encode(held), now + _LASTING),
    )
    return {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site.url}
