"""What was decided about a business before, read from its history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.apps import apps

from center.models import User
from merchants.models import Merchant, MerchantState, ReturnReason

#: so many decisions are named, the newest first
NAMED = 10


@dataclass(frozen=True)
class PastDecision:
    at: dt.datetime
    by: str
    #: the last day of the verification; None where it was returned
    verified_until: dt.date | None
    reasons: list[str]
    note: str


def past_decisions(merchant: Merchant) -> list[PastDecision]:
    """Verifications and returns of a business, the newest first. One query.

    The first row of the history with an instant of decision is the decision itself; later
    rows carry it on while the business changes.
    """
    events = apps.get_model("merchants", "MerchantEvent").objects.filter(pgh_obj_id=merchant.pk)
    decided = events.filter(
        decided_at__isnull=False, state__in=[MerchantState.VERIFIED, MerchantState.RETURNED]
    )
    first = decided.order_by("-decided_at", "pgh_id").distinct("decided_at")
    return [_said(event) for event in first.select_related("decided_by")[:NAMED]]


def _said(event) -> PastDecision:  # type: ignore[no-untyped-def]
    by: User | None = event.decided_by
    returned = event.state == MerchantState.RETURNED
    return PastDecision(
        at=event.decided_at,
        by=by.label if by else "",
        verified_until=None if returned else event.verified_until,
        reasons=[str(ReturnReason(code).label) for code in event.return_reasons],
        note=event.return_note,
    )
