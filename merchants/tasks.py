from __future__ import annotations

import pghistory
import structlog
from celery import shared_task

from center import clock
from merchants.register_import import uploads
from merchants.services import districts, paper_keys, renewal, standing

log = structlog.get_logger(__name__)


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


@shared_task
def carry_districts() -> None:
    """Carry businesses whose district code has ended; say which ones staff must ask about."""
    with pghistory.context(task="carry_districts"):
        carried = districts.carry(day=clock.today())
    if carried.left:
        log.warning("districts_without_successor", businesses=carried.left)


@shared_task
def forget_imported_rows() -> int:
    """Delete the rows of files brought to be taken over a day ago; returns how many files."""
    return uploads.forget_contents(now=clock.now())


@shared_task
def remind_of_renewal() -> None:
    """Papers and verifications that end within 30 days; safe to run twice."""
    renewal.remind(day=clock.today())


@shared_task
def sweep_papers() -> None:
    """Delete stored files no paper names, left behind by a process that was killed."""
    if removed := paper_keys.sweep_orphans():
        log.warning("papers_without_a_row", files=removed)
