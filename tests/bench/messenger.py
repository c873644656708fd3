"""A worker process that delivers to nowhere: what is measured is everything but the way out.

Waits for a line, delivers until nothing is due, and prints how many messages it took, in how
many seconds, and how many of them the processor worked for it.
"""

from __future__ import annotations

import logging
import sys
import time

import django


def main() -> None:
    django.setup()
    logging.disable(logging.INFO)
    from center.notifications import channels, delivery
    from center.notifications.channels import Receipt

    class Nowhere:
        """Takes everything."""

        label = "nowhere"

        def reaches(self, message: object) -> bool:
            return True

        def deliver(self, message: object, words: object) -> Receipt:
            return Receipt("taken", "nobody@example.com")

        def close(self) -> None:
            """Nothing was kept."""

    channels._channels["email"] = Nowhere
    delivery.deliver_due(limit=20)  # imports, templates and the connection are there
    print("ready", flush=True)
    sys.stdin.readline()
    began, worked, taken = time.perf_counter(), time.process_time(), 0
    while batch := delivery.deliver_due(limit=1000):
        taken += batch
    print(taken, time.perf_counter() - began, time.process_time() - worked, flush=True)


if __name__ == "__main__":
    main()
