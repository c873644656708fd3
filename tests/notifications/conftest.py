from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from center.models import User
from center.notifications import kinds, services
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import Message
from tests.conftest import NOW
from tests.notifications.carrier import KEY, SECRET, Carrier, carrier_office
from tests.notifications.smtp import Post, post_office

CONTEXT = {"name": "김운영", "asked_at": NOW}


def queue(recipient: User | None = None, key: str = "test:1", **fields: Any) -> None:
    """The house's own kind, to a person or an address."""
    with transaction.atomic():
        services.queue(
            kind=TEST_MESSAGE,
            recipient=recipient,
            context=CONTEXT,
            dedupe_key=key,
            **fields,
        )


def as_if_committed() -> None:
    """Forget who is to be woken: in a test nothing is ever committed."""
    connection.run_on_commit.clear()


def row(channel: str = "email", key: str = "test:1") -> Message:
    return Message.objects.get(channel=channel, dedupe_key=key)


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    """A real mail server, and Django set to use it."""
    with post_office() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield running


@pytest.fixture
def later(at_now: Any) -> Callable[..., dt.datetime]:
    """Moves the clock on: ``later(minutes=5)``."""
    instant = [NOW]

    def move(**step: float) -> dt.datetime:
        instant[0] += dt.timedelta(**step)
        at_now.move_to(instant[0])
        return instant[0]

    return move


@pytest.fixture
def carrier(settings: Any) -> Iterator[Carrier]:
    """A real provider of text messages, and the house with an account there."""
    with carrier_office() as running:
        settings.SOLAPI_URL, settings.SOLAPI_SECONDS = running.url, 20
        settings.SOLAPI_API_KEY, settings.SOLAPI_API_SECRET = KEY, SECRET
        settings.SOLAPI_WEBHOOK_SECRET = "report-secret"
        settings.SMS_SENDER, settings.KAKAO_PF_ID = "053-803-0114", "KA01PF1"
        yield running


@pytest.fixture
def by_text(monkeypatch: pytest.MonkeyPatch) -> kinds.Kind:
    """The house's own kind, by 알림톡 first, then as a text message, then by mail."""
    own = dataclasses.replace(TEST_MESSAGE, channels=("alimtalk", "sms", "email"))
    monkeypatch.setitem(kinds._kinds, own.key, own)
    monkeypatch.setattr(f"{__name__}.TEST_MESSAGE", own)
    return own
