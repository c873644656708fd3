"""The lock on a business: every change of it passes through here, one after another."""

from __future__ import annotations

from merchants.models import Merchant


def lock_merchant(pk: int) -> Merchant:
    """The row as it is now, locked until the end of the transaction. Raises DoesNotExist."""
    return Merchant.objects.select_for_update(no_key=True).get(pk=pk)
