"""How many messages worker processes deliver a second, and what more of them add."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from statistics import median

import psutil
from django.db import connection

from center import clock
from center.models import User
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import Message
from tests.bench.servers import ROOT
from tests.bench.table import Figure, rate

ROUNDS, PEOPLE = 3, 300
#: how many workers, each time twice as many, and how many messages for each of them: whole
#: batches, or the last one of them would decide
CREWS = {1: 600, 2: 600, 4: 300, 8: 150}
#: how long a message is on its way in the second measurement, as to a mail server, in ms; of
#: those a worker sends fifty a second at the most, and the machine has time for other workers
SLOW_MS, SLOW_EACH, SLOW_ROUNDS = 20, 100, 2
#: what each worker takes before the clock starts
_WARMING = 20


@dataclass(frozen=True)
class Delivered:
    """What workers did together: messages a second, processor milliseconds of theirs for each,
    and the share of the machine's processors that were busy meanwhile, with whatever."""

    per_second: float
    cpu: float
    busy: float


def figures(environment: Mapping[str, str], *, quick: bool) -> list[Figure]:
    """To nowhere, where the processors are the limit; and by a way that takes its time, where
    the workers are. Each crew against the one half as large, in turn, so that all have the
    same machine; ``quick``: each once."""
    with _messenger(environment) as messenger:
        at_once = _rounds(messenger, 1 if quick else ROUNDS, 0)
        slow = _rounds(messenger, 1 if quick else SLOW_ROUNDS, SLOW_MS)
    return [
        *_compared("messages to a null channel", at_once, least=300, doubled=2),
        *_compared(f"messages that take {SLOW_MS} ms on their way", slow, doubled=4),
    ]


_Messenger = subprocess.Popen[str]
_Runs = dict[int, list[Delivered]]


def _rounds(messenger: _Messenger, rounds: int, milliseconds: int) -> _Runs:
    runs: _Runs = {workers: [] for workers in CREWS}
    for _ in range(rounds):
        for workers, each in CREWS.items():
            count = SLOW_EACH if milliseconds else each
            runs[workers].append(delivered(workers, count, messenger, milliseconds=milliseconds))
    return runs


def _compared(what: str, runs: _Runs, *, least: float | None = None, doubled: int) -> list[Figure]:
    """``least``: the bound of one worker; up to ``doubled`` workers twice as many must do
    nearly twice as much."""
    found, half = [], 0
    for workers, of_crew in runs.items():
        alone = half == 0
        near = ("≥", 1.8) if workers <= doubled else None
        found.append(
            rate(
                f"{what}, one worker" if alone else f"… {workers} workers",
                [run.per_second for run in of_crew],
                None if alone else (f"{half} of them", [run.per_second for run in runs[half]]),
                bound=(("≥", least) if least else None) if alone else near,
                cpu=median(run.cpu for run in of_crew),
                note=f"machine {median(run.busy for run in of_crew):.0%} busy",
            )
        )
        half = workers
    return found


def delivered(workers: int, each: int, messenger: _Messenger, *, milliseconds: int) -> Delivered:
    """So many worker processes on messages enough for each; no message is left behind."""
    _empty()
    write(workers * (each + _WARMING))
    try:
        if _answers(messenger, f"{workers} {milliseconds}", 1) != ["ready"]:
            raise RuntimeError("the workers did not start")
        began, worked = time.perf_counter(), _worked()
        told = [line.split() for line in _answers(messenger, "go", workers)]
        elapsed, worked = time.perf_counter() - began, _worked() - worked
    finally:
        _empty()
    taken = sum(int(count) for count, _seconds, _cpu in told)
    slowest = max(float(seconds) for _count, seconds, _cpu in told)
    cpu = sum(float(cpu) for _count, _seconds, cpu in told)
    busy = worked / elapsed / (psutil.cpu_count() or 1)
    return Delivered(taken / slowest, cpu * 1000 / taken, busy)


def _answers(messenger: _Messenger, order: str, lines: int) -> list[str]:
    assert messenger.stdin is not None
    assert messenger.stdout is not None
    messenger.stdin.write(f"{order}\n")
    messenger.stdin.flush()
    return [messenger.stdout.readline().strip() for _ in range(lines)]


def _worked() -> float:
    """Seconds all processors of the machine have worked so far."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def write(count: int) -> None:
    """Due messages to people of the house, as ``services.queue`` leaves them."""
    values = {
        "count": count,
        "people": list(User.objects.order_by("pk").values_list("pk", flat=True)[:PEOPLE]),
        "kind": TEST_MESSAGE.key,
        "context": json.dumps(TEST_MESSAGE.encode(TEST_MESSAGE.example)),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        cursor.execute("ANALYZE notifications_message")


_WRITE = """
INSERT INTO notifications_message (kind, recipient_id, address, language, channel, context, link,
    dedupe_key, state, due_at, first_due_at, attempts, last_error, provider_id, subject, body,
    created_at)
SELECT %(kind)s, people[1 + n %% cardinality(people)], '', 'ko', 'email', %(context)s, '',
    'bench:' || n, 'waiting', %(now)s, %(now)s, 0, '', '', '', '', %(now)s
FROM generate_series(1, %(count)s) n, (SELECT %(people)s::bigint[] AS people) known
"""


def _empty() -> None:
    Message.objects.filter(dedupe_key__startswith="bench:").delete()


@contextmanager
def _messenger(environment: Mapping[str, str]) -> Iterator[_Messenger]:
    """In a process group of its own, so that no worker is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.messenger"],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
