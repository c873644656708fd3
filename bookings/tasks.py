from __future__ import annotations

import pghistory
from celery import shared_task

from bookings import reminders
from bookings.services import attendance, decide, offers, returns, series_acts
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


@shared_task
def follow_attendance() -> None:
    """Each minute: refuse what nobody answered in time, mark what nobody came to, end the uses
    that are over. Two at once do no harm, nor does one that is killed."""
    with pghistory.context(task="follow_attendance"):
        now = clock.now()
        decide.reject_unanswered(now=now)
        attendance.mark_no_shows(now=now)
        attendance.complete_ended(now=now)


@shared_task
def remind_of_returns() -> int:
    """Tell of equipment that is due back or overdue; returns how many were told."""
    with pghistory.context(task="remind_of_returns"):
        return returns.remind(now=clock.now())


@shared_task
def tell_of_series() -> int:
    """Tell of acts upon regular uses that broke off; returns how many. Safe to run twice."""
    return series_acts.tell_unfinished(now=clock.now())


@shared_task
def offer_freed() -> int:
    """Offer what is free to those who wait; returns how many offers."""
    with pghistory.context(task="offer_freed"):
        return offers.make_offers()
