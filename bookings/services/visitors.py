"""A visitor of the counter whose business is registered by itself: the bookings go there."""

from __future__ import annotations

from django.db import transaction

from bookings.models import Booking, Series
from center.errors import RuleViolation
from center.models import User
from merchants import visitor_refusals
from merchants.models import Merchant, MerchantState
from merchants.services import visitors
from merchants.services.members import refuse_own_business


@transaction.atomic
def join(*, visitor: Merchant, merchant: Merchant, by: User) -> int:
    """Put the visitor's bookings down to ``merchant`` and destroy the draft; how many there were.

    Limits, no-shows and suspensions then count for the business; the history of each booking
    says whose it was before. Raises RuleViolation ``not_visitor``, ``target_unknown`` or
    ``own_business``.
    """
    rows = Merchant.objects.select_for_update(no_key=True).filter(pk__in=[visitor.pk, merchant.pk])
    locked = {row.pk: row for row in rows.order_by("pk")}  # one order, whoever joins whom
    if visitor.pk not in locked:  # a colleague was faster
        raise RuleViolation(visitor_refusals.not_visitor())
    visitors.refuse_unless_visitor(locked[visitor.pk])
    if merchant.pk not in locked or locked[merchant.pk].state not in MerchantState.registered:
        raise RuleViolation(visitor_refusals.target_unknown())
    refuse_own_business(merchant, by)
    Series.objects.filter(merchant=visitor).update(merchant=merchant)
    moved = Booking.objects.filter(merchant=visitor).update(merchant=merchant)
    visitors.end(visitor=visitor, into=merchant)
    return moved
