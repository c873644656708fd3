"""Workers that do nothing but mark no-shows, side by side."""

from __future__ import annotations

import sys
import time

import django


def mark_for_ever() -> None:
    while True:
        if not mark_no_shows(now=clock.now()):
            time.sleep(0.02)


if __name__ == "__main__":
    django.setup()
    # What is loaded before the fork a replacement has at once.
    from bookings.services.attendance import mark_no_shows
    from center import clock
    from tests.races.crew import keep_at_work

    keep_at_work(mark_for_ever, int(sys.argv[1]))
