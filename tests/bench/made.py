"""``python -m tests.bench.made edition 2026-10`` or ``… rows 73000``: makes it once, prints the
processor time of this process in seconds and the most memory it had in megabytes."""

from __future__ import annotations

import json
import resource
import sys
import time


def _edition(key: str) -> None:
    """What a worker does to freeze, all but the writing of the row."""
    from center import clock, periods
    from center.reports import corrections, outline
    from center.reports.content import digest
    from center.reports.files import FORMATS
    from center.reports.outline import Stamp

    period, now = periods.of_key(key), clock.now().replace(microsecond=0)
    public = corrections.protect(period, *corrections.count(period, as_of=now))
    made = outline.build(public, Stamp("v1", digest(public), frozen_at=now))
    for each in FORMATS.values():
        began = time.process_time()
        size = len(each.make(made))
        print(f"{each.extension}: {size} bytes, {time.process_time() - began:.2f} s")


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


def main() -> None:
    import django

    django.setup()
    began = time.process_time()
    {"edition": _edition, "rows": _rows}[sys.argv[1]](sys.argv[2])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": time.process_time() - began, "peak": peak}))


if __name__ == "__main__":
    main()
