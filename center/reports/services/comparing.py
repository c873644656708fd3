"""Frozen reports beside the data of today: what was corrected since. Counting a year takes its
time, so workers do it, and pages show what was found last."""

from __future__ import annotations

import dataclasses
import datetime as dt

import structlog
from celery import current_app
from django.core.cache import cache
from django.db import transaction
from django.db.models import F

from center import clock, periods
from center.periodic import alone_for_long
from center.reports import publishing
from center.reports.models import Comparison, Edition

log = structlog.get_logger(__name__)
#: what was compared less long ago is not compared again
FRESH = dt.timedelta(minutes=10)
#: how long after the asking a page speaks of a worker that is at it
_SOON = dt.timedelta(minutes=2)
#: reports of periods that ended longer ago are compared when somebody looks at them
_LOOKED_AFTER = dt.timedelta(days=400)


def is_fresh(comparison: Comparison | None) -> bool:
    return comparison is not None and clock.now() - comparison.compared_at < FRESH


def ask(*, edition: Edition, known: Comparison | None) -> bool:
    """Have a worker compare an edition unless that was done a short while ago; whether one was
    asked within ``_SOON``, so that what it found may be there in a minute. A queue that is away
    is no harm: the timetable looks after the newest."""
    if is_fresh(known):
        return False
    key, now = f"report-compare:{edition.pk}", clock.now()
    if cache.add(key, now, FRESH.total_seconds()):
        transaction.on_commit(lambda: _wake(edition.pk), robust=True)
    asked: dt.datetime = cache.get(key, now)
    return now - asked < _SOON


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
    longest_ago = F("comparison__compared_at").asc(nulls_first=True)
    due = Edition.objects.filter(pk__in=list(keys)).order_by(longest_ago, "pk")
    return sum(_compared(pk) for pk in due.values_list("pk", flat=True))


def _compared(pk: int) -> bool:
    """One that cannot be compared keeps the others from nothing."""
    try:
        return compare(pk=pk) is not None
    except Exception:
        log.exception("edition_not_compared", edition=pk)
        return False
