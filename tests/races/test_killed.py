"""Workers are killed at any point: the short form of ``make chaos``."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from center.notifications.models import ALIMTALK, EMAIL, INBOX, SMS
from tests.races import mixed
from tests.races.conftest import Figures
from tests.races.crew import Crew
from tests.races.mixed import World
from tests.races.test_messages import wait_until

MESSAGES, PEOPLE, WORKERS, KILLS = 300, 60, 3, 8
#: how long each message is looked at, so that kills meet some on their way
THINKING_SECONDS = 0.02
LEASE_SECONDS, RETRY_SECONDS = 4, 1
PATIENCE_SECONDS = 120


@pytest.fixture
def taken() -> Iterator[World]:
    with mixed.world(thinking_seconds=THINKING_SECONDS) as running:
        mixed.write(MESSAGES, people=PEOPLE)
        yield running
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message")
    mixed.forget()


@pytest.fixture
def crew(environment: dict[str, str], taken: World) -> Iterator[Crew]:
    own = {
        "DJANGO_SETTINGS_MODULE": "center.settings",
        "MESSAGE_LEASE_SECONDS": str(LEASE_SECONDS),
        "MESSAGE_RETRY_SECONDS": str(RETRY_SECONDS),
        "LOG_LEVEL": "CRITICAL",
    }
    crew = Crew("tests.races.messenger", environment | taken.environment | own, WORKERS)
    yield crew
    crew.end()


def test_deliver_when_workers_are_killed_at_any_point_then_each_is_sent_once_in_our_books(
    crew: Crew, taken: World, figures: Figures
) -> None:
    def disturb() -> None:
        time.sleep(random.uniform(0.1, 0.6))
        if crew.killed < KILLS and taken.post.mails:
            crew.kill_one()

    wait_until(lambda: not mixed.left(), seconds=PATIENCE_SECONDS, meanwhile=disturb)

    found = mixed.reckon(taken, expected=MESSAGES, kills=crew.killed)
    mails, again = found.way(EMAIL), found.tried_again
    figures.note(killed=crew.killed, duplicates=mails.received - mails.sent, tried_again=again)
    assert crew.killed == KILLS
    assert {fault: n for fault, n in found.faults.items() if n} == {}
    # A twentieth of the mobiles is unknown to the provider: those texts went by mail.
    assert (found.way(SMS).sent, mails.sent, found.way(INBOX).sent) == (57, 126, 60)
    assert found.way(ALIMTALK).sent == 57
