from __future__ import annotations

import pghistory
from celery import shared_task

from center.demo import past


@shared_task
def bring_visitors() -> int:
    """Each minute, in the demo alone: invented people come to their bookings; returns how
    many. Without them everything would be a no-show ten minutes after it began."""
    with pghistory.context(task="bring_visitors"):
        return past.arrive()
