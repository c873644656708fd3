"""Frozen reports beside the data of today: what was corrected since. Counting a year takes its
time, so workers do it, and pages show what was found last."""

from __future__ import annotations

import dataclasses
import datetime as dt

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from center import clock, periods
from center.periodic import alone_for_long
from center.reports import publishing
from center.reports.models import Comparison, Edition

#: what was compared less long ago is not compared again
FRESH = dt.timedelta(minutes=10)
#: reports of periods that ended longer ago are compared when somebody looks at them
_LOOKED_AFTER = dt.timedelta(days=400)


def is_fresh(comparison: Comparison | None) -> bool:
    return comparison is not None and clock.now() - comparison.compared_at < FRESH


def ask(*, edition: Edition, known: Comparison | None) -> bool:
    """Have a worker compare an edition unless that was done a short while ago; whether one was
    asked or is at it. A queue that is away is no harm: the timetable looks after the newest."""
    if is_fresh(known):
        return False
    if cache.add(f"report-compare:{edition.pk}", 1, FRESH.total_seconds()):
        transaction.on_commit(lambda: _wake(edition.pk), robust=True)
    return True


def _wake(pk: int) -> None:
    current_app.send_task("center.reports.tasks.compare_edition", args=[pk], retry=False)


def compare(*, pk: int) -> Comparison | None:
    """Count the period of an edition anew and keep what differs. None where another worker is
    at it; safe to run twice."""
    with alone_for_long(f"reports.compare:{pk}") as mine:
        if not mine:
            return None
        edition = Edition.objects.get(pk=pk)
        now = clock.now().replace(microsecond=0)
        live = publishing.count(periods.of_key(edition.period_key), as_of=now)
        found = [dataclasses.asdict(d) for d in publishing.differences(edition.full, live)]
        kept, _new = Comparison.objects.update_or_create(
            edition_id=pk, defaults={"compared_at": now, "differences": found}
        )
    cache.delete(f"report-compare:{pk}")
    return kept


def compare_newest() -> int:
    """The newest editions of the last year or so, those compared longest ago first; how many."""
    since = clock.today() - _LOOKED_AFTER
    newest = Edition.objects.filter(ends__gte=since).order_by("period_key", "-version")
    keys = newest.distinct("period_key").values_list("pk", flat=True)
    due = Edition.objects.filter(pk__in=list(keys)).order_by("comparison__compared_at", "pk")
    return sum(compare(pk=pk) is not None for pk in due.values_list("pk", flat=True))
