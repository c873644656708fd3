from __future__ import annotations

import pghistory
from celery import shared_task

from bookings.services import offers
from bookings.services.expire import expire_ended_holds
from center import clock


@shared_task
def expire_holds() -> int:
    """Sweep holds that ran out; returns how many."""
    with pghistory.context(task="expire_holds"):
        return expire_ended_holds(now=clock.now())


@shared_task
def offer_freed() -> int:
    """Offer what is free to those who wait; returns how many offers."""
    with pghistory.context(task="offer_freed"):
        return offers.make_offers()
