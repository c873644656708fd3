"""The changes of a business that exist so far; registration adds its own."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from center import clock
from merchants.models import Merchant, Suspension


@transaction.atomic
def suspend(*, merchant: Merchant, ends: dt.datetime, reason: str) -> Suspension:
    """Keep a business from booking from now until ``ends``."""
    return Suspension.objects.create(
        merchant=merchant, starts=clock.now(), ends=ends, reason=reason
    )


@transaction.atomic
def lift_suspension(*, suspension: Suspension) -> Suspension:
    """End a suspension now; the row stays. Lifting twice changes nothing."""
    Suspension.objects.filter(pk=suspension.pk, lifted_at=None).update(lifted_at=clock.now())
    suspension.refresh_from_db()
    return suspension
