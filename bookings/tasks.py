from __future__ import annotations

import pghistory
from celery import shared_task

from bookings import reminders
from bookings.services.expire import expire_ended_holds
from center import clock


@shared_task
def expire_holds() -> int:
    """Sweep holds that ran out; returns how many."""
    with pghistory.context(task="expire_holds"):
        return expire_ended_holds(now=clock.now())


@shared_task
def remind() -> int:
    """Write the reminders that are due; returns how many. Safe to run twice."""
    return reminders.remind(now=clock.now())
