"""Workers deliver side by side, are killed at any point, and the queue goes away."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import connection, transaction

from center.embedded import valkey
from center.notifications import delivery, services
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import Message, MessageQuerySet, MessageState
from tests.conftest import NOW
from tests.notifications.smtp import Post, post_office
from tests.races.clients import TRIES, at_once
from tests.races.conftest import ROOT, Figures, environment_of

CLAIMERS, ROUNDS = 8, 10
MESSAGES, WORKERS, KILLS = 500, 3, 8
#: how long the mail server thinks about each mail, so that kills meet mails on their way
THINKING_SECONDS = 0.02
LEASE_SECONDS = 6
PATIENCE_SECONDS = 50


@pytest.fixture(autouse=True)
def _no_messages_left() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message")


def write(count: int) -> None:
    """So many messages to people without an account, due now; nobody is woken."""
    context = TEST_MESSAGE.encode({"name": "김운영", "asked_at": NOW})
    Message.objects.bulk_create(
        Message(
            kind=TEST_MESSAGE.key,
            address=f"person{n}@example.com",
            language="ko",
            channel="email",
            context=context,
            dedupe_key=f"chaos:{n}",
        )
        for n in range(count)
    )


def claim_all() -> list[int]:
    """Batch after batch, until nothing is left; the numbers of the messages."""
    claimed: list[int] = []
    while batch := delivery.claim(size=7):
        claimed += [message.pk for message in batch]
    return claimed


def claimed_twice() -> int:
    """How many of 200 messages more than one of eight workers got."""
    write(200)
    taken = Counter(pk for pks in at_once(*[claim_all] * CLAIMERS) for pk in pks)
    assert len(taken) == Message.objects.leased().count() == 200
    Message.objects.all().delete()
    return sum(times > 1 for times in taken.values())


def test_claim_when_eight_workers_at_once_then_each_message_has_one() -> None:
    assert [claimed_twice() for _ in range(ROUNDS)] == [0] * ROUNDS


def test_claim_when_nothing_is_locked_then_several_workers_get_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MessageQuerySet, "select_for_update", lambda self, **options: self)
    assert any(claimed_twice() for _ in range(TRIES))


def test_queue_when_the_same_key_at_once_then_one_message() -> None:
    def tell() -> None:
        with transaction.atomic():
            services.queue(
                kind=TEST_MESSAGE,
                address="person@example.com",
                context={"name": "김운영", "asked_at": NOW},
                dedupe_key="race:1",
            )

    at_once(*[tell] * CLAIMERS)
    assert Message.objects.count() == 1


class Crew:
    """Real worker processes; one that is killed is replaced at once."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.races.messenger", str(WORKERS)]
        self._head = psutil.Popen(command, cwd=ROOT, env=environment)
        self.killed = 0

    def kill_one(self) -> None:
        if workers := self._head.children():
            random.choice(workers).kill()
            self.killed += 1

    def end(self) -> None:
        """The head first, so that nobody is replaced."""
        workers = self._head.children()
        for process in (self._head, *workers):
            process.kill()
        psutil.wait_procs([self._head, *workers])


@pytest.fixture
def slow_post() -> Iterator[Post]:
    with post_office(thinking_seconds=THINKING_SECONDS) as running:
        yield running


@pytest.fixture
def crew(race_database: str, slow_post: Post) -> Iterator[Crew]:
    environment = environment_of(
        race_database,
        DJANGO_SETTINGS_MODULE="center.settings",
        EMAIL_URL=f"smtp://127.0.0.1:{slow_post.port}",
        MESSAGE_LEASE_SECONDS=str(LEASE_SECONDS),
        LOG_LEVEL="CRITICAL",
    )
    crew = Crew(environment)
    yield crew
    crew.end()


def wait_until(done: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], Any]) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "not done in time"
        meanwhile()


def all_sent() -> bool:
    return Message.objects.filter(state=MessageState.SENT).count() == MESSAGES


def test_deliver_when_workers_are_killed_at_any_point_then_each_is_sent_once_in_our_books(
    crew: Crew, slow_post: Post, figures: Figures
) -> None:
    write(MESSAGES)

    def disturb() -> None:
        time.sleep(random.uniform(0.1, 0.6))
        if crew.killed < KILLS and slow_post.mails:
            crew.kill_one()

    wait_until(all_sent, seconds=PATIENCE_SECONDS, meanwhile=disturb)

    arrived = Counter(slow_post.message_ids)
    books = Message.objects.values_list("provider_id", "state", "attempts")
    assert {state for _id, state, _attempts in books} == {MessageState.SENT}
    assert arrived.keys() == {provider_id for provider_id, _state, _attempts in books}
    duplicates = arrived.total() - MESSAGES
    again = sum(attempts > 1 for _id, _state, attempts in books)
    figures.note(killed=crew.killed, duplicates=duplicates, tried_again=again)
    assert crew.killed == KILLS
    # The one mail under way when its worker dies is the only one that may come twice.
    assert 0 <= duplicates <= crew.killed


QUEUE = """
import time, django
django.setup()
from django.db import transaction
from center.notifications import services
from center.notifications.messages import TEST_MESSAGE
with transaction.atomic():
    services.queue(kind=TEST_MESSAGE, address="{address}", dedupe_key="{address}",
                   context=TEST_MESSAGE.example)
    began = time.monotonic()
print(time.monotonic() - began)
"""
SWEEP = """
import django
django.setup()
from center.notifications.tasks import sweep
sweep.delay()
sweep.delay()
"""


def test_queue_when_the_broker_is_away_then_the_row_waits_and_the_sweep_brings_it_home(
    race_database: str, tmp_path: Path
) -> None:
    with post_office() as post:
        url = valkey.ensure_running(tmp_path)
        environment = environment_of(
            race_database,
            DJANGO_SETTINGS_MODULE="center.settings",
            REDIS_URL=url,
            EMAIL_URL=f"smtp://127.0.0.1:{post.port}",
            LOG_LEVEL="CRITICAL",
        )

        def run(program: str) -> str:
            command = [sys.executable, "-c", program]
            return subprocess.run(
                command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
            ).stdout

        def arrived(count: int) -> None:
            pause = lambda: time.sleep(0.1)  # noqa: E731
            wait_until(lambda: len(post.mails) == count, seconds=PATIENCE_SECONDS, meanwhile=pause)

        command = [sys.executable, "-m", "celery", "-A", "center", "worker", "--pool", "solo"]
        with (tmp_path / "worker.log").open("wb") as log:
            worker = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            run(QUEUE.format(address="first@example.com"))
            arrived(1)
            valkey.stop(tmp_path)
            waited = float(run(QUEUE.format(address="second@example.com")))
            assert waited < 5
            assert Message.objects.filter(state=MessageState.WAITING).count() == 1
            restart(tmp_path, url)
            run(SWEEP)
            arrived(2)
        finally:
            worker.kill()
            worker.wait()
            valkey.stop(tmp_path)
        assert [mail["To"] for mail in post.mails] == ["first@example.com", "second@example.com"]


def restart(home: Path, url: str) -> None:
    """The same server again, with what it had kept, at the same address."""
    password, port = url.removeprefix("redis://:").split("@127.0.0.1:")
    assert valkey._start(home / "valkey", int(port), password)
