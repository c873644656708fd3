"""Workers that do nothing but deliver messages. Forked, so that a new one is at work at once."""

from __future__ import annotations

import sys
import time

import django


def deliver_for_ever() -> None:
    from center.notifications.delivery import deliver_due  # needs the setup below

    while True:
        if not deliver_due(limit=50):
            time.sleep(0.05)


if __name__ == "__main__":
    django.setup()
    from tests.races.crew import keep_at_work  # its imports need the setup

    keep_at_work(deliver_for_ever, int(sys.argv[1]))
