"""Workers that do nothing but deliver messages: as many as asked for, and a new one for each
that somebody kills. Forked, so that a new one is at work at once."""

from __future__ import annotations

import os
import sys
import time

import django


def main(workers: int) -> None:
    django.setup()
    children: set[int] = set()
    while True:
        while len(children) < workers:
            child = os.fork()
            if not child:
                deliver_for_ever()
            children.add(child)
        children.remove(os.wait()[0])


def deliver_for_ever() -> None:
    from center.notifications.delivery import deliver_due  # needs the setup above

    while True:
        if not deliver_due(limit=50):
            time.sleep(0.05)


if __name__ == "__main__":
    main(int(sys.argv[1]))
