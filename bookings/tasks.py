from __future__ import annotations

import pghistory
from celery import shared_task

from bookings.services import attendance
from bookings.services.expire import expire_ended_holds
from center import clock


@shared_task
def expire_holds() -> int:
    """Sweep holds that ran out; returns how many."""
    with pghistory.context(task="expire_holds"):
        return expire_ended_holds(now=clock.now())


@shared_task
def follow_attendance() -> None:
    """Each minute: mark what nobody came to, end the uses that are over. Two at once do no
    harm, nor does one that is killed."""
    with pghistory.context(task="follow_attendance"):
        now = clock.now()
        attendance.mark_no_shows(now=now)
        attendance.complete_ended(now=now)
