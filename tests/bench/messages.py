"""How many messages worker processes deliver a second, one and two of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from django.db import connection

from center.models import User
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import Message
from tests.bench.servers import ROOT
from tests.bench.table import Figure, rate

ROUNDS, MESSAGES, PEOPLE = 5, 1500, 300
#: what each worker takes before the clock starts
_WARMING = 20


@dataclass(frozen=True)
class Delivered:
    """What workers did together: messages a second, and processor milliseconds for each."""

    per_second: float
    cpu: float


def figures(environment: Mapping[str, str], *, rounds: int = ROUNDS) -> list[Figure]:
    """One worker and two in turn; the second figure is how much two do more than one."""
    runs = [(delivered(1, environment), delivered(2, environment)) for _ in range(rounds)]
    ones, twos = zip(*runs, strict=True)
    alone = rate(
        "messages to a null channel, one worker",
        [run.per_second for run in ones],
        bound=("≥", 300),
        cpu=median(run.cpu for run in ones),
    )
    together = rate(
        "… two workers",
        [run.per_second for run in twos],
        ("one worker", [run.per_second for run in ones]),
        bound=("≥", 1.8),
        cpu=median(run.cpu for run in twos),
    )
    return [alone, together]


def delivered(workers: int, environment: Mapping[str, str]) -> Delivered:
    """So many worker processes on messages enough for each; nothing is left behind."""
    _empty()
    write(workers * (MESSAGES + _WARMING))
    crew = [_worker(environment) for _ in range(workers)]
    try:
        for process in crew:
            assert process.stdout is not None
            if process.stdout.readline() != "ready\n":
                raise RuntimeError("a worker did not start")
        told = [process.communicate("go\n", timeout=300)[0].split() for process in crew]
    finally:
        for process in crew:
            process.kill()
        _empty()
    taken = sum(int(count) for count, _seconds, _cpu in told)
    slowest = max(float(seconds) for _count, seconds, _cpu in told)
    worked = sum(float(cpu) for _count, _seconds, cpu in told)
    return Delivered(taken / slowest, worked * 1000 / taken)


def write(count: int) -> None:
    """Due messages to people of the house, as ``services.queue`` leaves them."""
    people = list(User.objects.order_by("pk").values_list("pk", flat=True)[:PEOPLE])
    context = TEST_MESSAGE.encode(TEST_MESSAGE.example)
    Message.objects.bulk_create(
        (
            Message(
                kind=TEST_MESSAGE.key,
                recipient_id=people[n % len(people)],
                language="ko",
                channel="email",
                context=context,
                dedupe_key=f"bench:{n}",
            )
            for n in range(count)
        ),
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE notifications_message")


def _empty() -> None:
    Message.objects.filter(dedupe_key__startswith="bench:").delete()


def _worker(environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.messenger"],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
