"""The one lock order of the booking engine, and what happens when a lock cannot be had.

Order: business row, then resource rows by id, then booking rows. Whoever takes something
scarce locks what it consumes, all of it, as late as possible but before choosing units (the
limits of a business are certain under its own lock); whoever only frees takes no more than the booking's own row. Without the resource lock the losers of
a race deadlock on the exclusion constraint; with it they queue and read the truth. The
constraint stays the last word: whatever slips past the locks ends there.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from bookings import refusals
from bookings.models import Booking, Resource
from center.errors import RuleViolation
from merchants.models import Merchant

P = ParamSpec("P")
R = TypeVar("R")

_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT = "40P01", "40001", "55P03"
_OVERLAP, _UNIQUE = "23P01", "23505"
_TRY_AGAIN = {_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT, _OVERLAP}


def reserving(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service that takes units: one transaction, retried a few times, then refused.

    Raises RuleViolation("slot_taken") when every attempt met a rival.
    """

    @functools.wraps(service)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for number in range(settings.BOOKING_ATTEMPTS):
            try:
                with transaction.atomic():
                    _limit_waiting()
                    return service(*args, **kwargs)
            except DatabaseError as error:
                if not _worth_another_try(error):
                    raise
                time.sleep(random.uniform(0, 0.01) * (number + 1))  # noqa: S311
        raise RuleViolation(refusals.slot_taken())

    return attempt


def _worth_another_try(error: DatabaseError) -> bool:
    code = getattr(error.__cause__, "pgcode", None)
    diagnostics = getattr(error.__cause__, "diag", None)
    if code == _UNIQUE:  # two bookings drew the same reference: draw again
        return "reference" in (getattr(diagnostics, "constraint_name", "") or "")
    return code in _TRY_AGAIN


def _limit_waiting() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [settings.BOOKING_LOCK_TIMEOUT_MS])


# Written out, because each of them stands in every booking and the ORM would put together the
# same three statements anew each time.
_LOCK_MERCHANT = "SELECT * FROM merchants_merchant WHERE id = %s FOR NO KEY UPDATE"
_LOCK_RESOURCES = "SELECT * FROM bookings_resource WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_LOCK_BOOKING = "SELECT * FROM bookings_booking WHERE id = %s FOR NO KEY UPDATE"


def lock_merchant(merchant_id: int) -> Merchant:
    """The business row, locked: its limits cannot be used up by somebody else meanwhile.

    Raises RuleViolation ``no_business`` for a draft that was discarded meanwhile.
    """
    for merchant in Merchant.objects.raw(_LOCK_MERCHANT, [merchant_id]):
        return merchant
    raise RuleViolation(refusals.no_business())


def lock_resources(ids: Iterable[int]) -> dict[int, Resource]:
    """Resource rows by id, locked in id order."""
    return {row.pk: row for row in Resource.objects.raw(_LOCK_RESOURCES, [sorted(set(ids))])}


def lock_booking(booking_id: int) -> Booking:
    """One booking, locked and fresh."""
    return Booking.objects.raw(_LOCK_BOOKING, [booking_id])[0]
