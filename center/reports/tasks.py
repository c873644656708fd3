from __future__ import annotations

import pghistory
from celery import shared_task
from django.conf import settings

from center import clock
from center.periodic import one_at_a_time
from center.reports.models import Compiling
from center.reports.services import comparing, freezing

#: editions one run of the timetable makes at most; the rest comes with the next
_AT_ONCE = 6


@shared_task
def compile_edition(pk: int) -> None:
    """Make the edition that was asked for; safe to run twice and at once."""
    with pghistory.context(task="compile_edition"):
        freezing.compile_edition(pk=pk)


@shared_task
def compare_edition(pk: int) -> None:
    """See what was corrected since an edition was frozen; safe to run twice and at once."""
    comparing.compare(pk=pk)


@shared_task
@one_at_a_time
def compare_editions() -> None:
    """The same of the newest editions, so that whoever opens one finds it compared."""
    comparing.compare_newest()


@shared_task
@one_at_a_time
def freeze_due() -> None:
    """Ask for what is due, and do what is open: a worker may have died over it, or the queue
    was away. Safe to run twice."""
    with pghistory.context(task="freeze_due"):
        freezing.ask_for_due(on=clock.today(), after_days=settings.REPORT_FREEZE_DAYS)
        waiting = Compiling.objects.open().order_by("asked_at", "pk")
        for pk in list(waiting.values_list("pk", flat=True)[:_AT_ONCE]):
            freezing.compile_edition(pk=pk)
