"""The one writer of the ledger of destruction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from center.models import Destruction, User


def enter(
    *, kind: str, ids: Iterable[int], rule: str, basis: str, by: User | None
) -> Destruction | None:
    """Write that these rows were destroyed, in the transaction that destroys them."""
    numbers = sorted(ids)
    if not numbers:
        return None
    return Destruction.objects.create(
        kind=kind,
        count=len(numbers),
        ids_hash=hash_of(numbers),
        rule=rule,
        basis=basis,
        by=by,
    )


def hash_of(ids: Iterable[int]) -> str:
    """SHA-256 of the ids in order, separated by commas."""
    return hashlib.sha256(",".join(map(str, sorted(ids))).encode()).hexdigest()
