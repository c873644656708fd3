"""Carries businesses whose district code has ended to the code that took its place.

The house's doing, not the owner's: the place is the same, only its code is new. So no staff
are asked to look again, ``revision`` stays, and a decision in the making is not refused. The
history keeps the former code of each row.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count

from merchants import regions
from merchants.models import Merchant


@dataclass
class Carried:
    """How many businesses went from which code to which, and how many stayed for want of one."""

    moved: dict[tuple[str, str], int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def carry(*, day: dt.date, dry_run: bool = False) -> Carried:
    """Give each business whose code has ended by ``day`` the one in force. Safe to run again.

    One statement a code. Businesses whose place was divided among several codes stay where
    they are, and so do those whose code nobody knows: only their owners can tell.
    """
    carried = Carried()
    for code, count in _ended(day).items():
        heir = regions.successor(code, day)
        if heir is None:
            carried.left[code] = count
        else:
            carried.moved[code, heir] = count if dry_run else _move(code, heir)
    return carried


def _ended(day: dt.date) -> dict[str, int]:
    """Codes in use that have ended or were never known, with their businesses. 1 query."""
    used = Merchant.objects.exclude(district="").order_by().values_list("district")
    counts = dict(used.annotate(Count("pk")).order_by("district"))
    return {code: count for code, count in counts.items() if _is_over(code, day)}


def _is_over(code: str, day: dt.date) -> bool:
    known = regions.district(code)
    return known is None or known.has_ended(day)


def _move(code: str, heir: str) -> int:
    return Merchant.objects.filter(district=code).update(district=heir)
