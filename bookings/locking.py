"""The one lock order of the booking engine, and what happens when a lock cannot be had.

Order: business row, then resource rows by id, then booking rows. Whoever takes something
scarce locks what it consumes, all of it, as late as possible but before choosing units (the
limits of a business are certain under its own lock); whoever only frees takes no more than the booking's own row. Without the resource lock the losers of
a race deadlock on the exclusion constraint; with it they queue and read the truth. The
constraint stays the last word: whatever slips past the locks ends there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from django.conf import settings

from bookings import refusals
from bookings.models import Booking, Resource
from center import rivals, rows
from center.errors import RuleViolation
from merchants.models import Merchant

P = ParamSpec("P")
R = TypeVar("R")


def reserving(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service that takes units: one transaction, retried a few times, then refused.

    Raises RuleViolation("slot_taken") when every attempt met a rival.
    """
    return rivals.tried_again(
        service,
        attempts=settings.BOOKING_ATTEMPTS,
        wait_ms=settings.BOOKING_LOCK_TIMEOUT_MS,
        codes=rivals.IN_THE_WAY | {rivals.OVERLAP},
        drawn_anew=["reference"],
        refusal=refusals.slot_taken,
    )


# Written out, because each of them stands in every booking and the ORM would put together the
# same three statements anew each time.
_LOCK_MERCHANT = "SELECT * FROM merchants_merchant WHERE id = %s FOR NO KEY UPDATE"
_LOCK_RESOURCES = "SELECT * FROM bookings_resource WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_LOCK_BOOKING = "SELECT * FROM bookings_booking WHERE id = %s FOR NO KEY UPDATE"


def lock_merchant(merchant_id: int) -> Merchant:
    """The business row, locked: its limits cannot be used up by somebody else meanwhile.

    Raises RuleViolation ``no_business`` for a draft that was discarded meanwhile.
    """
    for merchant in rows.read(Merchant, _LOCK_MERCHANT, [merchant_id]):
        return merchant
    raise RuleViolation(refusals.no_business())


def lock_resources(ids: Iterable[int]) -> dict[int, Resource]:
    """Resource rows by id, locked in id order."""
    return {row.pk: row for row in rows.read(Resource, _LOCK_RESOURCES, [sorted(set(ids))])}


def lock_booking(booking_id: int) -> Booking:
    """One booking, locked and fresh."""
    return rows.read(Booking, _LOCK_BOOKING, [booking_id])[0]
