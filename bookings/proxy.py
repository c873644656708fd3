"""What the page shows on which staff book for a business: whom, where, which times are free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.dateparse import parse_date

from bookings import availability
from bookings.availability import Slot
from bookings.models import Resource
from center import clock
from merchants.models import Merchant
from merchants.queue import found_by

#: so many businesses are shown of those found
FOUND = 20


@dataclass(frozen=True)
class Choice:
    """What the address of the page has chosen so far."""

    term: str
    merchant: Merchant | None
    space: Resource | None
    day: dt.date

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Choice:
        """Nonsense chooses nothing. At most 2 queries."""
        known, spaces = Merchant.objects.known_to_staff(), Resource.objects.active().spaces()
        pk, slug = asked.get("business", ""), asked.get("space", "")
        return cls(
            term=asked.get("q", "").strip()[:80],
            merchant=known.filter(pk=int(pk)).first() if _is_id(pk) else None,
            space=spaces.filter(slug=slug[:50]).first() if slug else None,
            day=_day(asked.get("day", "")) or clock.today(),
        )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 else None


def businesses(term: str) -> list[Merchant]:
    """Those found by name, number or telephone, with or without hyphens. 1 query."""
    known = Merchant.objects.known_to_staff()
    return list(known.filter(found_by(term)).order_by("name", "pk")[:FOUND]) if term else []


def times(space: Resource, day: dt.date) -> list[Slot]:
    """The slots of the day that are not over, the full ones too."""
    outlook = availability.load([space], day, day)[space.pk]
    return [slot for slot in outlook.slots(day) if slot.end > outlook.now]
