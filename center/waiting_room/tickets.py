"""The ticket: a number, signed, bound to account and session, in a cookie of the door."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from center.waiting_room.policy import Gate

COOKIE = "waiting_room"
_SALT = "center.waiting_room"


@dataclass(frozen=True)
class Ticket:
    """``number`` as in ``policy.number``; ``entered`` and ``until`` are the turn it had last,
    in seconds since 1970, 0 before the first."""

    gate: str
    account: int
    session: str
    number: float
    entered: float = 0
    until: float = 0


def read(request: HttpRequest, gate: Gate) -> Ticket | None:
    """The ticket of this browser for this gate.

    None if there is none, if somebody wrote in it, if it is for another gate or moment, or if
    it came here from another log-in: a copied ticket is none.
    """
    try:
        found = Ticket(**signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return found if found.gate == gate.key and found.session == session_of(request) else None


def write(response: HttpResponse, ticket: Ticket, gate: Gate) -> None:
    options: dict[str, Any] = {
        "path": gate.door,
        "expires": gate.closes,
        "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": True,
        "samesite": "Lax",
    }
    response.set_cookie(COOKIE, signing.dumps(asdict(ticket), salt=_SALT, compress=True), **options)


def session_of(request: HttpRequest) -> str:
    """Tells one log-in from another without asking the database, and without naming it."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return hashlib.sha256(f"{_SALT}:{key}".encode()).hexdigest()[:24]
