from __future__ import annotations

import pghistory
from celery import shared_task

from bookings.services import returns
from bookings.services.expire import expire_ended_holds
from center import clock


@shared_task
def expire_holds() -> int:
    """Sweep holds that ran out; returns how many."""
    with pghistory.context(task="expire_holds"):
        return expire_ended_holds(now=clock.now())


@shared_task
def remind_of_returns() -> int:
    """Tell of equipment that is due back or overdue; returns how many were told."""
    with pghistory.context(task="remind_of_returns"):
        return returns.remind(now=clock.now())
