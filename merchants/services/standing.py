"""Keeps what the tax office says of a business. Nothing else writes these three fields.

An answer is only ever replaced by a newer one; silence replaces nothing, so that staff see
the last thing known, with its date.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from center.periodic import alone_for_long
from merchants import business_status
from merchants.business_status import BusinessStatus
from merchants.models import BusinessStanding, Merchant

#: a run ends within the time a task may take: 20 batches of at most 15 seconds
_BATCHES, _SECONDS = 20, 15
#: so many batches without a single answer: the office is away, the next run goes on
_SILENT = 3
_LOCK = "merchants.recheck_verified"


def record_status(*, merchant_id: int, status: BusinessStatus) -> bool:
    """Keep an answer on the business it was asked for; whether it was news.

    Nothing is written when there was no answer, when the number has changed since, or when
    a newer answer is there already.
    """
    if status.checked_at is None:
        return False
    older = Q(status_checked_at=None) | Q(status_checked_at__lt=status.checked_at)
    rows = Merchant.objects.filter(older, pk=merchant_id, number=status.number)
    return bool(
        rows.update(
            business_status=status.standing,
            status_checked_at=status.checked_at,
            business_ended_on=status.ended_on,
        )
    )


def forget_status(*, merchant_id: int) -> None:
    """The number was corrected: what the office said of the former one counts no more."""
    Merchant.objects.filter(pk=merchant_id).update(
        business_status=BusinessStanding.UNCHECKED,
        status_checked_at=None,
        business_ended_on=None,
    )


def check_soon(*, merchant_id: int) -> None:
    """Have a worker look the business up once the transaction is through. A queue that is
    away is no reason to fail: staff look up by hand, and verified ones every month."""
    if business_status.is_on():
        transaction.on_commit(partial(_ask_worker, merchant_id), robust=True)


def _ask_worker(merchant_id: int) -> None:
    current_app.send_task("merchants.tasks.check_business_status", args=[merchant_id], retry=False)


def check_status(*, merchant_id: int) -> BusinessStatus | None:
    """Look one business up and keep the answer; None for a founder without a number."""
    number = Merchant.objects.values_list("number", flat=True).get(pk=merchant_id)
    if number is None:
        return None
    status = business_status.look_up([number])[number]
    record_status(merchant_id=merchant_id, status=status)
    return status


def recheck_verified(*, now: dt.datetime) -> int:
    """Look up again whom nobody has looked up for the set days; returns how many answered.

    Every answer is kept at once: a run that is cut off, or cannot reach the office, is taken
    up by the next one where it ended. While one run is on, others return at once.
    """
    if not business_status.is_on():
        return 0
    before = now - dt.timedelta(days=settings.BUSINESS_STATUS_RECHECK_DAYS)
    with alone_for_long(_LOCK) as mine:
        return _recheck(before) if mine else 0


def _recheck(before: dt.datetime) -> int:
    due = Merchant.objects.status_due(before).values_list("number", "pk")
    ids = {number: pk for number, pk in due[: _BATCHES * business_status.BATCH] if number}
    answered = silent = 0
    for batch in business_status.batches(list(ids)):
        recorded = _look_up_batch({number: ids[number] for number in batch})
        answered += recorded
        silent = 0 if recorded else silent + 1
        if silent == _SILENT:
            break
    return answered


def _look_up_batch(ids: dict[str, int]) -> int:
    found = business_status.look_up(ids, seconds=_SECONDS)
    return sum(record_status(merchant_id=ids[n], status=status) for n, status in found.items())
