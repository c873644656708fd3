"""Real clients: each a person with a session, a connection of its own, and a thread."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, connections

from bookings.intervals import Interval
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant
from tests import factories

CSRF_SECRET = "abcdefghijklmnopqrstuvwxyz012345"
PATIENCE_SECONDS = 30
#: how often a control tries at most until the race shows
TRIES = 10


@dataclass(frozen=True)
class Account:
    user: User
    merchant: Merchant
    session: str


def open_account(*, merchant: Merchant | None = None) -> Account:
    """A person with a verified business, or one more member of ``merchant``; logged in."""
    user = factories.user()
    if merchant is None:
        merchant = factories.merchant(owner=user)
    else:
        merchant.memberships.create(user=user)
    return Account(user, merchant, session_of(user))


def session_of(user: User) -> str:
    """The key of a session in which the person is logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str
    sent: float
    received: float

    @property
    def seconds(self) -> float:
        return self.received - self.sent

    @property
    def codes(self) -> list[str]:
        """The codes of the refusals on the page."""
        return re.findall(r'data-code="(\w+)"', self.text)


@dataclass
class Visitor:
    """One connection to the web server and the cookies sent over it."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE_SECONDS
        )

    @classmethod
    def of(cls, account: Account, port: int) -> Visitor:
        return cls.in_session(account.session, port)

    @classmethod
    def in_session(cls, session: str, port: int) -> Visitor:
        names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
        return cls(port, dict(zip(names, (session, CSRF_SECRET), strict=True)))

    def connect(self) -> None:
        """Open the connection now, so that a later request costs no handshake."""
        if self._connection.sock is None:
            self._connection.connect()

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: Any) -> Answer:
        token = {"csrfmiddlewaretoken": self.cookies[settings.CSRF_COOKIE_NAME]}
        return self._ask("POST", path, urlencode(token | fields, doseq=True))

    def log_in(self, email: str, password: str) -> Answer:
        """As a person does: open the form, fill it in, send it."""
        form = self.get("/account/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
        fields = {"csrfmiddlewaretoken": token, "login": email, "password": password}
        return self._ask("POST", "/account/login/", urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        sent = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        received = time.perf_counter()
        for header in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return Answer(response.status, response.headers["Location"] or "", text, sent, received)


@dataclass(frozen=True)
class Request:
    """A form that a visitor is about to send."""

    visitor: Visitor
    path: str
    fields: dict[str, Any]

    def send(self) -> Answer:
        return self.visitor.post(self.path, **self.fields)


def to_hold(visitor: Visitor, slug: str, span: Interval) -> Request:
    return Request(visitor, f"/spaces/{slug}/hold/", _span_fields(span))


def to_confirm(visitor: Visitor, reference: str, *equipment: str) -> Request:
    fields = {"purpose": "제품 사진", "headcount": 1, "pledge": "on", "equipment": equipment}
    return Request(visitor, f"/bookings/{reference}/confirm/", fields)


def to_change(visitor: Visitor, reference: str, span: Interval) -> Request:
    return Request(visitor, f"/bookings/{reference}/change/", _span_fields(span))


def _span_fields(span: Interval) -> dict[str, str]:
    return {"start": span.start.isoformat(), "end": span.end.isoformat()}


def race(requests: Iterable[Request]) -> list[Answer]:
    """Send all at the same moment over connections opened before; answers in their order."""
    requests = list(requests)
    for request in requests:
        request.visitor.connect()
    return at_once(*(request.send for request in requests))


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a database connection of its own, released together."""
    gate = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> Any:
        gate.wait(PATIENCE_SECONDS)
        try:
            return action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def outcome(service: Callable[..., Any], **arguments: Any) -> Any:
    """What a service returns, or the refusal or the database error it raises."""
    try:
        return service(**arguments)
    except (RuleViolation, DatabaseError) as refusal:
        return refusal
