"""What the page shows on which staff book for a business: whom, where, which times are free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.utils.dateparse import parse_date
from django.utils.http import urlencode

from bookings import availability
from bookings.availability import Slot
from bookings.models import Resource
from center import clock
from center.plain_numbers import row_number
from merchants.models import Merchant
from merchants.queue import found_by

#: so many businesses are shown of those found, and of the visitors on a page
FOUND = 20


@dataclass(frozen=True)
class Choice:
    """What has been chosen so far. ``was_shown``: the times of this space and day have been
    looked at, which nobody books without. ``use`` is what an empty range of the board, or an address
    like it, says of the use: ``start``, ``end``, ``unit``, ``source``."""

    term: str
    visitors: bool
    merchant: Merchant | None
    space: Resource | None
    day: dt.date
    use: Mapping[str, str]
    was_shown: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Choice:
        """Nonsense chooses nothing; for a business the first space is shown. At most 3 queries."""
        known = Merchant.objects.known_to_staff()
        pk, day = asked.get("business", ""), asked.get("day") or asked.get("starts", "")[:10]
        merchant = known.filter(pk=row_number(pk)).first() if pk else None
        space = _space(asked, or_first=merchant is not None)
        shown = space is not None and asked.get("shown") == f"{space.slug} {asked.get('day')}"
        return cls(
            term=asked.get("q", "").strip()[:80],
            visitors=asked.get("show") == "visitors",
            merchant=merchant,
            space=space,
            day=_day(day) or clock.today(),
            use=_use(asked),
            was_shown=shown and "take" not in asked and "look" not in asked,
        )

    @property
    def shown(self) -> str:
        """Space and day, as the form sends them back: what is booked is what was shown."""
        return f"{self.space.slug} {self.day.isoformat()}" if self.space else ""

    @property
    def place(self) -> dict[str, str]:
        """Where and when, to be kept while the business is looked for."""
        if self.space is None:
            return {}
        return {"space": self.space.slug, "day": self.day.isoformat(), **self.use}

    def query(self, **more: str) -> str:
        """``?space=…&day=…`` with what the address says besides."""
        kept = {**more, **self.place}
        return f"?{urlencode(kept)}" if kept else ""


def _space(asked: Mapping[str, str], *, or_first: bool) -> Resource | None:
    """By its address, or as the board names it."""
    spaces, slug, pk = Resource.objects.active().spaces(), asked.get("space"), asked.get("resource")
    found = None
    if slug:
        found = spaces.filter(slug=slug[:50]).first()
    elif pk:
        found = spaces.filter(pk=row_number(pk)).first()
    return found or (spaces.first() if or_first else None)


def _use(asked: Mapping[str, str]) -> dict[str, str]:
    said = {
        "start": asked.get("start") or asked.get("starts", "")[11:],
        "end": asked.get("end") or asked.get("ends", "")[11:],
        "unit": asked.get("unit", ""),
        "source": asked.get("source", ""),
    }
    return {name: text[:10] for name, text in said.items() if text}


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 else None


def visitors(page: str | None) -> Page[Merchant]:
    """Those to be completed, the oldest first, page by page. 2 queries."""
    rows = Merchant.objects.visitors().order_by("created_at", "pk")
    return Paginator(rows, FOUND).get_page(page)


def businesses(choice: Choice) -> list[Merchant]:
    """Those found by name, number or telephone, with or without hyphens. 1 query."""
    if not choice.term:
        return []
    known = Merchant.objects.known_to_staff().filter(found_by(choice.term))
    return list(known.order_by("name", "pk")[:FOUND])


def times(space: Resource, day: dt.date) -> list[Slot]:
    """The slots of the day that are not over, the full ones too."""
    outlook = availability.load([space], day, day)[space.pk]
    return [slot for slot in outlook.slots(day) if slot.end > outlook.now]
