"""Keeping a business from booking for a while, and letting it book again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants import messages, refusals
from merchants.models import Merchant, Suspension
from merchants.services.locking import lock_merchant


@transaction.atomic
def suspend(
    *,
    merchant: Merchant,
    ends: dt.datetime,
    reason: str,
    by: User | None = None,
    revision: int | None = None,
) -> Suspension:
    """Keep a business from booking from now until ``ends``.

    ``by`` is empty where a rule of the house does it by itself. Somebody who decided on the
    sight of a case gives its ``revision``. Raises RuleViolation ``changed_meanwhile`` or
    ``ends_past``.
    """
    merchant, now = lock_merchant(merchant.pk), clock.now()
    if revision is not None and merchant.revision != revision:
        raise RuleViolation(refusals.changed_meanwhile())
    if ends <= now:
        raise RuleViolation(refusals.suspended_too_short())
    suspension = Suspension.objects.create(
        merchant=merchant, starts=now, ends=ends, reason=reason, imposed_by=by
    )
    _seen_again(merchant)
    messages.suspended(suspension)
    return suspension


@transaction.atomic
def lift_suspension(*, suspension: Suspension, by: User | None = None) -> Suspension:
    """End a suspension now; the row stays. Lifting twice changes nothing."""
    merchant = lock_merchant(suspension.merchant_id)
    lifted = Suspension.objects.filter(pk=suspension.pk, lifted_at=None).update(
        lifted_at=clock.now(), lifted_by=by
    )
    suspension.refresh_from_db()
    if lifted:
        _seen_again(merchant)
        messages.suspension_lifted(suspension)
    return suspension


def _seen_again(merchant: Merchant) -> None:
    """Whoever has the case open decides on a new sight of it."""
    merchant.revision += 1
    merchant.save(update_fields=["revision"])
