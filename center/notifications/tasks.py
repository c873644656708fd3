from __future__ import annotations

import pghistory
import structlog
from celery import shared_task
from django.db import transaction

from center import clock
from center.notifications import consent_notices, delivery, idle_accounts, overdue, services
from center.notifications.models import Message
from center.periodic import alone, one_at_a_time

log = structlog.get_logger(__name__)

#: what one task delivers before it makes room for others and asks to be called again
LIMIT = 1000


@shared_task
def deliver() -> int:
    """Deliver what is due; returns how many messages were taken in hand."""
    services.worker_begins()
    taken = delivery.deliver_due(limit=LIMIT)
    if taken >= LIMIT:
        services.deliver_soon()
    return taken


@shared_task
def sweep() -> None:
    """Each minute: bring home what nobody was woken for. Two timetables do no harm."""
    with transaction.atomic(), alone("notifications.sweep") as mine:
        if not mine:
            return
        delivery.recover_expired_leases(now=clock.now())
        if Message.objects.due(clock.now()).exists():
            services.deliver_soon()


@shared_task
@one_at_a_time
def look_after_idle_accounts() -> None:
    """Each day: close the accounts that were told a month ago, tell the next; safe to run
    twice."""
    with pghistory.context(task="look_after_idle_accounts"):
        closed = idle_accounts.close(now=clock.now())
        told = idle_accounts.tell(now=clock.now())
    log.info("idle_accounts", closed=closed, told=told)


@shared_task
@one_at_a_time
def confirm_consents() -> None:
    """Each day: tell those who agreed to advertisements almost two years ago; safe to run
    twice."""
    written = consent_notices.tell(now=clock.now())
    log.info("consents_confirmed", written=written)


@shared_task
@one_at_a_time
def tell_of_overdue() -> None:
    """Each morning: tell staff which queues are overdue; safe to run twice."""
    told = overdue.tell(now=clock.now())
    log.info("overdue_told", told=told)
