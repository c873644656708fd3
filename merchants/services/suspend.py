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
from merchants.services.members import refuse_own_business


@transaction.atomic
def suspend(
    *,
    merchant: Merchant,
    ends: dt.datetime,
    reason: str,
    by: User | None = None,
    revision: int | None = None,
    tell: bool = True,
) -> Suspension:
    """Keep a business from booking from now until ``ends``.

    ``by`` is empty where a rule of the house does it by itself. ``tell`` is false where the
    caller's own message says so. Somebody who decided on the
    sight of a case gives its ``revision``. Raises RuleViolation ``changed_meanwhile`` or
    ``ends_past``.
    """
    merchant, now = lock_merchant(merchant.pk), clock.now()
    if revision is not None and merchant.revision != revision:
        raise RuleViolation(refusals.changed_meanwhile())
    if ends <= now:
        raise RuleViolation(refusals.suspended_too_short())
    suspension = Suspension.objects.create(
        merchant=merchant,
        starts=now,
        ends=ends,
        reason=reason,
        imposed_by=by,
        touched_at_revision=_new_sight(merchant),
    )
    if tell:
        messages.suspended(suspension)
    return suspension


@transaction.atomic
def lift_suspension(*, suspension: Suspension, by: User | None = None) -> Suspension:
    """End a suspension now; the row stays. Lifting one that is over changes nothing.

    The owner is told once nothing keeps the business from booking any longer: another
    suspension may still be in force. Raises RuleViolation ``own_business`` for a member of
    staff who acts for it.
    """
    merchant, now = lock_merchant(suspension.merchant_id), clock.now()
    if by is not None:
        refuse_own_business(merchant, by)
    suspension.refresh_from_db()
    if suspension.lifted_at is not None or suspension.ends <= now:
        return suspension
    suspension.lifted_at, suspension.lifted_by = now, by
    suspension.touched_at_revision = _new_sight(merchant)
    suspension.save(update_fields=["lifted_at", "lifted_by", "touched_at_revision"])
    if not merchant.suspensions.in_force(now).exists():
        messages.suspension_lifted(suspension)
    return suspension


def _new_sight(merchant: Merchant) -> int:
    """The next revision: whoever has the case open decides on a new sight of it."""
    merchant.revision += 1
    merchant.save(update_fields=["revision"])
    return merchant.revision
