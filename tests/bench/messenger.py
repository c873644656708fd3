"""Worker processes that deliver to nowhere: what is measured is everything but the way out.

``python -m tests.bench.messenger`` reads lines of two numbers, WORKERS MILLISECONDS: each message
takes so many milliseconds on its way. It says ``ready``, waits for another line, delivers until
nothing is due, and prints for each worker how many messages it took, in how many seconds, and how
many of them the processor worked for it.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sys
import time
from typing import Any

import django

_FORKS = multiprocessing.get_context("fork")
_PATIENCE_SECONDS = 300


def main() -> None:
    django.setup()
    logging.disable(logging.INFO)
    while line := sys.stdin.readline():
        workers, milliseconds = line.split()
        signal.alarm(_PATIENCE_SECONDS)  # ends it all where a worker never tells
        _lead_nowhere(float(milliseconds) / 1000)
        _deliver(int(workers))


def _deliver(workers: int) -> None:
    warm, go = _FORKS.Barrier(workers + 1), _FORKS.Barrier(workers + 1)
    told = _FORKS.SimpleQueue()
    crew = [_FORKS.Process(target=_work, args=(warm, go, told)) for _ in range(workers)]
    for process in crew:
        process.start()
    warm.wait(_PATIENCE_SECONDS)
    print("ready", flush=True)
    sys.stdin.readline()
    go.wait(_PATIENCE_SECONDS)
    for _ in crew:
        print(*told.get(), flush=True)
    for process in crew:
        process.join()


def _lead_nowhere(seconds: float) -> None:
    from center.notifications import channels
    from center.notifications.channels import Receipt

    class Nowhere:
        """Takes everything."""

        label = "nowhere"

        def reaches(self, message: object) -> bool:
            return True

        def deliver(self, message: object, words: object) -> Receipt:
            if seconds:
                time.sleep(seconds)
            return Receipt("taken", "nobody@example.com")

        def close(self) -> None:
            """Nothing was kept."""

    channels._channels["email"] = Nowhere


def _work(warm: Any, go: Any, told: Any) -> None:
    from center.notifications import delivery

    delivery.deliver_due(limit=20)  # imports, templates and the connection are there
    warm.wait(_PATIENCE_SECONDS)
    go.wait(_PATIENCE_SECONDS)
    began, worked, taken = time.perf_counter(), time.process_time(), 0
    while batch := delivery.deliver_due(limit=1000):
        taken += batch
    told.put((taken, time.perf_counter() - began, time.process_time() - worked))


if __name__ == "__main__":
    main()
