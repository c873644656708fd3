"""``python -m tests.bench.made edition 2026-10`` or ``… rows 73000``: makes it once, prints the
processor time in seconds and the most memory resident at once in megabytes, both of this process
and of those it had started: charts are drawn by one of them. By hand with ``DATABASE_URL``."""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

#: seconds between two looks at the memory
_EVERY = 0.02


def _edition(key: str) -> None:
    """What a worker does to freeze, all but the writing of the row."""
    from center import clock, periods
    from center.reports import corrections, outline
    from center.reports.content import digest
    from center.reports.files import FORMATS, written
    from center.reports.outline import Stamp

    period, now = periods.of_key(key), clock.now().replace(microsecond=0)
    public = corrections.protect(period, *corrections.count(period, as_of=now))
    made = outline.build(public, Stamp("v1", digest(public), frozen_at=now))
    began = time.perf_counter()
    for each, data in written(made, FORMATS.values()):
        print(f"{each.extension}: {len(data)} bytes after {time.perf_counter() - began:.2f} s")


def _rows(wanted: str) -> None:
    """So many bookings of the past as a list, all columns but the purpose."""
    from bookings.models import Booking
    from center import clock, periods
    from center.models import User
    from center.reports import rows

    latest = Booking.objects.filter(starts__lt=clock.now()).order_by("-starts")
    first = latest.values_list("starts", flat=True)[int(wanted)]
    period = periods.span(clock.day_of(first), clock.today())
    pieces = rows.lines(period, [*rows.COLUMNS][:-1], by=User(name="측정"), purpose="측정")
    lines = 0
    for piece in pieces:
        lines += piece.count(b"\n")
        if lines >= int(wanted):
            break
    print(f"{lines} lines")


class Memory:
    """The most that a process and its children held together, in bytes. Pages they share count
    once for each, so it is rather too much than too little."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY):
            held = 0
            for each in _processes():
                with suppress(psutil.NoSuchProcess):
                    held += each.memory_info().rss
            self.most = max(self.most, held)


def _processes() -> list[psutil.Process]:
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def spent() -> float:
    """Seconds of a processor, by this process and its children, those that are over included."""
    over = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = over.ru_utime + over.ru_stime
    for each in _processes():
        with suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            seconds += times.user + times.system
    return seconds


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "center.settings")
    django.setup()
    began, memory = spent(), Memory()
    with memory.watched():
        {"edition": _edition, "rows": _rows}[sys.argv[1]](sys.argv[2])
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    peak = max(own, memory.most) / 2**20
    print(json.dumps({"cpu": spent() - began, "peak": peak}))


if __name__ == "__main__":
    main()
