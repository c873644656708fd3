"""What the house did for a business, at a glance, on its page for staff.

Each app that knows something registers a part when it starts (``AppConfig.ready``)::

    cards.register("bookings", permission="bookings.view_booking", part=card_of)

A part reads its own tables in a fixed number of queries; whoever may not look at them there
does not see it here either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from center import clock
from center.models import User
from merchants.models import Merchant


@dataclass(frozen=True)
class Fact:
    """One figure in words; ``more`` says how it is counted, where that is not plain."""

    label: str
    value: str
    more: str = ""


@dataclass(frozen=True)
class Part:
    """``warning`` is what staff should think of before they give more; ``address`` leads to the
    rows behind the figures."""

    title: str
    facts: Sequence[Fact]
    warning: str = ""
    address: str = ""
    link: str = ""


@dataclass(frozen=True)
class Years:
    """This year and the last in Korea, as instants: ``[last, this)`` and ``[this, until)``."""

    year: int
    last: dt.datetime
    this: dt.datetime
    until: dt.datetime

    @classmethod
    def at(cls, now: dt.datetime) -> Years:
        year = clock.day_of(now).year
        starts = [clock.at(dt.date(n, 1, 1)) for n in (year - 1, year, year + 1)]
        return cls(year, *starts)


def rows_of(changelist: str, merchant: Merchant) -> str:
    """Address of a list of the admin, searched for the business."""
    return f"{reverse(changelist)}?{urlencode({'q': merchant.number or merchant.name})}"


_parts: dict[str, tuple[str, Callable[[Merchant, dt.datetime], Part]]] = {}


def register(name: str, *, permission: str, part: Callable[[Merchant, dt.datetime], Part]) -> None:
    """Add an app's part; parts stand in the order of the apps."""
    _parts[name] = (permission, part)


def parts_for(user: User, merchant: Merchant) -> list[Part]:
    """The parts ``user`` may see. As many queries as its parts need, whatever hangs on it."""
    now = clock.now()
    return [part(merchant, now) for may, part in _parts.values() if user.has_perm(may)]
