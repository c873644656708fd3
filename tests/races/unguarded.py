"""The portal with its locks taken out and time to think: what the controls run.

``application`` is the same code in every other respect. Where a service would lock it only
reads, and having read what is free it dawdles a moment, as a machine under load does.
"""

from __future__ import annotations

import time
from typing import Any

from center.wsgi import application as application

DAWDLE_SECONDS = 0.1


def take_out_locks() -> None:
    """Services read what they would lock."""
    from bookings.models import Booking, Resource  # needs the application made above
    from bookings.services import change, reserve, units
    from merchants.models import Merchant

    free_unit = units.free_unit

    def read_booking(booking_id: int) -> Booking:
        return _dawdling(Booking.objects.get(pk=booking_id))

    def dawdling_free_unit(*arguments: Any, **options: Any) -> Any:
        return _dawdling(free_unit(*arguments, **options))

    for module in (reserve, change):
        module.lock_merchant = lambda merchant_id: Merchant.objects.get(pk=merchant_id)
        module.lock_resources = lambda ids: Resource.objects.in_bulk(set(ids))
        module.lock_booking = read_booking
    units.free_unit = dawdling_free_unit


def _dawdling(found: Any) -> Any:
    time.sleep(DAWDLE_SECONDS)
    return found


take_out_locks()
