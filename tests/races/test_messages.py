"""Workers deliver side by side, answers go before the many, and the queue goes away."""

from __future__ import annotations

import functools
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from psycopg2.errors import DeadlockDetected

from bookings.messages.bookings import APPROVED
from center import clock
from center.embedded import valkey
from center.notifications import delivery, services
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import Message, MessageQuerySet, MessageState
from center.periodic import alone
from tests.conftest import NOW
from tests.notifications.smtp import Post, post_office
from tests.races.clients import TRIES, at_once
from tests.races.conftest import ROOT, Figures

CLAIMERS, ROUNDS = 8, 10
PATIENCE_SECONDS = 50


@pytest.fixture(autouse=True)
def _no_messages_left() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message")


def write(count: int, **fields: Any) -> None:
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
            **fields,
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


def in_each_others_way() -> bool:
    """Whether workers got the same messages, or waited for each other until one was given up."""
    try:
        return claimed_twice() > 0
    except OperationalError as trouble:
        if not isinstance(trouble.__cause__, DeadlockDetected):
            raise
        return True


def test_claim_when_eight_workers_at_once_then_each_message_has_one() -> None:
    assert [claimed_twice() for _ in range(ROUNDS)] == [0] * ROUNDS


def test_claim_when_nothing_is_locked_then_several_workers_get_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MessageQuerySet, "select_for_update", lambda self, **options: self)
    assert any(in_each_others_way() for _ in range(TRIES))


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


def test_periodic_work_when_two_start_it_at_once_then_one_does_it() -> None:
    both_have_asked = threading.Barrier(2)

    def work() -> bool:
        with transaction.atomic(), alone("races") as mine:
            both_have_asked.wait(PATIENCE_SECONDS)
            return mine

    assert sorted(at_once(work, work)) == [False, True]
    with transaction.atomic(), alone("races") as mine:
        assert mine  # the end of the transaction has given it free


def wait_until(done: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], Any]) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "not done in time"
        meanwhile()


def test_deliver_when_ten_thousand_are_due_before_an_approval_then_it_is_out_within_a_minute(
    settings: Any, figures: Figures
) -> None:
    """One worker, and a server that takes a twentieth of a second: 8 minutes for all of them."""
    with post_office(thinking_seconds=0.05) as post:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port
        write(10_000, mass=True, due_at=clock.now() - 2 * clock.DAY / 24)
        worker = threading.Thread(target=deliver_and_hang_up, daemon=True)
        worker.start()
        wait_until(lambda: len(post.mails) > 1, seconds=20, meanwhile=breathe)
        began, before = time.monotonic(), len(post.mails)
        hand_in_an_approval()
        there = functools.partial(arrived, post)
        wait_until(there, seconds=60, meanwhile=breathe)
        figures.note(seconds=round(time.monotonic() - began), ahead=len(post.mails) - before)
        Message.objects.all().delete()  # and the worker has no more to do
        worker.join(20)


def hand_in_an_approval() -> None:
    with transaction.atomic():
        services.queue(
            kind=APPROVED,
            address="waiting@example.com",
            context=APPROVED.example,
            dedupe_key="race:approved",
        )


def arrived(post: Post) -> bool:
    return "waiting@example.com" in [mail["To"] for mail in post.mails]


def breathe() -> None:
    time.sleep(0.05)


def deliver_and_hang_up() -> None:
    try:
        delivery.deliver_due(limit=1000)
    finally:
        connection.close()


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
SWEEP_TWICE = """
import django
django.setup()
from center.notifications.tasks import sweep
sweep.delay()
sweep.delay()
"""


@dataclass
class House:
    """A queue of its own, a real worker at it, and programs that write messages."""

    home: Path
    url: str
    environment: dict[str, str]
    post: Post

    def run(self, program: str) -> str:
        command = [sys.executable, "-c", program]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    def start_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "-A", "center", "worker", "--pool", "solo"]
        with (self.home / "worker.log").open("wb") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )

    def restart_queue(self) -> None:
        """The same server again, with what it had kept, at the same address."""
        password, port = self.url.removeprefix("redis://:").split("@127.0.0.1:")
        assert valkey._start(self.home / "valkey", int(port), password)

    def expect_mails(self, count: int) -> None:
        wait_until(
            lambda: len(self.post.mails) == count,
            seconds=PATIENCE_SECONDS,
            meanwhile=functools.partial(time.sleep, 0.1),
        )


@pytest.fixture
def house(environment: dict[str, str], tmp_path: Path) -> Iterator[House]:
    with post_office() as post:
        url = valkey.ensure_running(tmp_path)
        own = {
            "DJANGO_SETTINGS_MODULE": "center.settings",
            "REDIS_URL": url,
            "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
            "LOG_LEVEL": "CRITICAL",
        }
        house = House(tmp_path, url, environment | own, post)
        worker = house.start_worker()
        yield house
        worker.kill()
        worker.wait()
        valkey.stop(tmp_path)


def test_queue_when_the_broker_is_away_then_the_row_waits_and_the_sweep_brings_it_home(
    house: House,
) -> None:
    house.run(QUEUE.format(address="first@example.com"))
    house.expect_mails(1)
    valkey.stop(house.home)

    seconds = float(house.run(QUEUE.format(address="second@example.com")))
    assert seconds < 5
    assert Message.objects.filter(state=MessageState.WAITING).count() == 1

    house.restart_queue()
    house.run(SWEEP_TWICE)
    house.expect_mails(2)
    assert [mail["To"] for mail in house.post.mails] == ["first@example.com", "second@example.com"]
