"""Asking staff to look at a business once more, and until when they answer."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from center import business_days, clock
from merchants.models import Merchant

#: what ``ask`` writes on the row
FIELDS = ("review_asked_at", "decide_until")


def ask(merchant: Merchant) -> None:
    """Put a verified business into the queue, where it keeps its first place.

    One whose verification is over cannot book until it is verified again, so it is promised
    an answer like a new one. Part of a change under the business's lock, which saves FIELDS.
    """
    now = clock.now()
    if merchant.review_asked_at is None:
        merchant.review_asked_at, merchant.decide_until = now, None
    if merchant.decide_until is None and not merchant.is_verified_on(clock.day_of(now)):
        merchant.decide_until = decision_due(now)


def decision_due(now: dt.datetime) -> dt.datetime:
    """Until when staff answer what came in at ``now``: the end of that working day."""
    due = business_days.current().add(clock.day_of(now), settings.VERIFICATION_DAYS)
    return clock.at(due, dt.time(18, 0))
