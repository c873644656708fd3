"""The portal with its locks taken out and time to think: what the controls run.

``application`` is the same code in every other respect. Where a service would lock it only
reads, and between reading and writing it dawdles a moment, as a machine under load does.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Any

from center.wsgi import application as application

DAWDLE_SECONDS = 0.1


def take_out_locks() -> None:
    """Services read what they would lock."""
    from bookings import turnstile  # these need the application made above
    from bookings.models import Booking, Resource
    from bookings.services import change, reserve, units
    from merchants.models import Merchant

    for module in (reserve, change):
        module.lock_merchant = lambda merchant_id: Merchant.objects.get(pk=merchant_id)
        module.lock_resources = lambda ids: Resource.objects.in_bulk(set(ids))
        module.lock_booking = lambda booking_id: Booking.objects.get(pk=booking_id)
    turnstile.through = lambda resource_id: contextlib.nullcontext()
    units.free_unit = _dawdling(units.free_unit)
    reserve.rules_for = _dawdling(reserve.rules_for)  # the last question before confirming
    reserve.give_up_holds = _hesitating(reserve.give_up_holds)
    take_out_locks_of_programs()


def take_out_locks_of_programs() -> None:
    """Two who apply look at the same places; the number of the place is all that is left."""
    from programs import quotas
    from programs.models import Program
    from programs.services import apply

    apply.lock_program = lambda pk: Program.objects.get(pk=pk)
    quotas.smallest_free = _dawdling(quotas.smallest_free)


def _dawdling(question: Callable[..., Any]) -> Callable[..., Any]:
    def ask(*arguments: Any, **options: Any) -> Any:
        found = question(*arguments, **options)
        time.sleep(DAWDLE_SECONDS)
        return found

    return ask


def _hesitating(give_up: Callable[..., int]) -> Callable[..., int]:
    """Between reading what a person holds and giving it back; no pause if he holds nothing."""

    def later(holds: Sequence[Any], **options: Any) -> int:
        if holds:
            time.sleep(DAWDLE_SECONDS)
        return give_up(holds, **options)

    return later


take_out_locks()
