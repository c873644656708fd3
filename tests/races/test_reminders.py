"""Two timetables ask for the same reminders at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from bookings import reminders
from bookings.models import Booking
from bookings.services import reserve
from center import clock
from center.notifications.models import Message
from tests import factories
from tests.races import ledger
from tests.races.clients import PATIENCE_SECONDS, Account, outcome


@pytest.fixture(autouse=True)
def _nothing_is_said() -> Iterator[None]:
    yield
    Message.objects.all().delete()


@pytest.fixture
def begins(crowd: list[Account]) -> Any:
    """Of a use booked long before."""
    span = ledger.slot()
    wish = {"resource": factories.studio(), "starts": span.start, "ends": span.end}
    held = reserve.hold(user=crowd[0].user, merchant=crowd[0].merchant, **wish)
    booking = reserve.confirm(booking=held, purpose="제품 사진", headcount=1)
    Booking.objects.filter(pk=booking.pk).update(confirmed_at=span.start - 2 * clock.DAY)
    return span.start


def remind_beside(now: Any) -> tuple[int, Any]:
    """What a run writes, and what comes of a second one that begins before the first has
    committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = reminders.remind(now=now)
            second = pool.submit(_remind, now)
            _wait_until_held_up(second)
        return first, second.result(PATIENCE_SECONDS)


def _remind(now: Any) -> Any:
    try:
        return outcome(reminders.remind, now=now)
    finally:
        connections.close_all()


def _wait_until_held_up(second: Future[Any]) -> None:
    """By the first one, at whatever."""
    asked = """SELECT pg_stat_clear_snapshot(); SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'"""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline and not second.done():
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    pytest.fail("The second run was not held up.")


def written() -> list[str]:
    rows = Message.objects.filter(kind="bookings.reminder_day").order_by("channel")
    return list(rows.values_list("channel", flat=True))


def test_remind_when_two_at_once_then_each_is_told_once(begins):
    assert remind_beside(begins - clock.DAY) == (2, 0)
    assert written() == ["email", "inbox"]


def test_remind_when_nobody_waits_his_turn_then_the_database_refuses_the_second(
    begins, monkeypatch
):
    """A control: the turn is why nothing fails; that nobody is told twice needs no turn."""
    monkeypatch.setattr(reminders, "in_turn", lambda name: None)
    first, second = remind_beside(begins - clock.DAY)
    assert first == 2
    assert isinstance(second, IntegrityError)
    assert written() == ["email", "inbox"]
