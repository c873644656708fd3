from __future__ import annotations

import pghistory
import structlog
from celery import shared_task
from django.core.management import call_command

from center import accounts, retention
from center.periodic import one_at_a_time

log = structlog.get_logger(__name__)


@shared_task
@one_at_a_time
def clear_sessions() -> None:
    """Delete sessions that ended, with what was noted of the device; safe to run at any time
    and twice."""
    call_command("clearsessions")
    log.info("sessions_cleared", devices=accounts.forget_ended_sessions())


@shared_task
@one_at_a_time
def destroy_what_is_over() -> None:
    """Destroy personal data whose time is over, with the ledger; safe to run twice."""
    with pghistory.context(task="destroy_what_is_over"):
        for outcome in retention.run(destroy=True):
            rule, due = outcome.rule.code, outcome.due
            log.info("retention", rule=rule, due=due, destroyed=outcome.destroyed)
