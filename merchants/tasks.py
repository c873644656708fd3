from __future__ import annotations

import pghistory
from celery import shared_task

from center import clock
from merchants.services import standing


@shared_task
def check_business_status(merchant_id: int) -> None:
    """Look one business up at the tax office; safe to run twice."""
    with pghistory.context(task="check_business_status"):
        standing.check_status(merchant_id=merchant_id)


@shared_task
def recheck_businesses() -> int:
    """The monthly look at all verified businesses; returns how many were answered."""
    with pghistory.context(task="recheck_businesses"):
        return standing.recheck_verified(now=clock.now())
