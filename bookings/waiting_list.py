"""The waiting list as its pages show it. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from bookings import house, opening
from bookings.intervals import Interval
from bookings.models import Category, Offer, Resource, Waiting, WaitingState
from bookings.policies import rules_on
from center import clock
from merchants.models import Merchant

#: so many entries that have ended are named
_ENDED = 5


@dataclass(frozen=True)
class Entry:
    """Somebody's entry with his place in line, and what is offered to him at the moment."""

    waiting: Waiting
    place: int
    offer: Offer | None


def entries_of(merchant: Merchant) -> list[Entry]:
    """What a business waits for, the soonest first. 4 queries."""
    now = clock.now()
    mine = Waiting.objects.open().filter(merchant=merchant, ends__gt=now)
    waiting = list(mine.select_related("resource").order_by("starts", "pk"))
    offers = Offer.objects.open(now).filter(waiting__in=waiting)
    offered = {offer.waiting_id: offer for offer in offers.select_related("booking__resource")}
    places = _places(waiting)
    return [Entry(entry, places[entry.pk], offered.get(entry.pk)) for entry in waiting]


def ended_of(merchant: Merchant) -> QuerySet[Waiting]:
    """The last entries of a business that have ended."""
    ended = Waiting.objects.exclude(state=WaitingState.WAITING).filter(merchant=merchant)
    return ended.select_related("resource").order_by("-ended_at", "-pk")[:_ENDED]


def _places(waiting: Iterable[Waiting]) -> dict[int, int]:
    """One more than those before in line who could be offered the same time. 2 queries."""
    line = list(Waiting.objects.open().in_line())
    kinds = dict(Resource.objects.spaces().values_list("pk", "category"))
    return {
        mine.pk: 1
        + sum(_is_before(other, mine) and _could_meet(other, mine, kinds) for other in line)
        for mine in waiting
    }


def _is_before(other: Waiting, mine: Waiting) -> bool:
    return (other.created_at, other.pk) < (mine.created_at, mine.pk)


def _could_meet(one: Waiting, other: Waiting, kinds: dict[int, str]) -> bool:
    """Whether some time could be offered to both."""
    if not (one.starts < other.ends and other.starts < one.ends):
        return False
    if one.resource_id and other.resource_id:
        return one.resource_id == other.resource_id
    return _kind(one, kinds) == _kind(other, kinds)


def _kind(entry: Waiting, kinds: dict[int, str]) -> str:
    return kinds.get(entry.resource_id or 0, "") or entry.category


def spaces_by_kind() -> dict[Category, list[Resource]]:
    """The spaces offered, by kind, in the order of the lists. One query."""
    found: dict[Category, list[Resource]] = {}
    for space in Resource.objects.active().spaces():
        found.setdefault(Category(space.category), []).append(space)
    return found


def open_within(
    whole: Interval[dt.datetime], spaces: Iterable[Resource], day: dt.date
) -> Interval[dt.datetime] | None:
    """As much of a part of the day as any of the spaces is open, from its first opening there to
    its last closing; None where all of them stay closed."""
    calendars = opening.calendars(house.current(), spaces, day, day).values()
    spans = [span for calendar in calendars for span in calendar.openings(day)]
    inside = [span for span in spans if span.overlaps(whole)]
    if not inside:
        return None
    first, last = min(span.start for span in inside), max(span.end for span in inside)
    return Interval(max(first, whole.start), min(last, whole.end))


def lengths(spaces: Iterable[Resource], day: dt.date) -> list[int]:
    """Every length of use, in minutes, that the rules of any of the spaces allow on ``day``."""
    settings = house.current()
    found: set[int] = set()
    for space in spaces:
        rules = rules_on(day, settings.policies_for(space))
        first = -(-rules.min_minutes // rules.slot_minutes) * rules.slot_minutes
        found |= set(range(first, rules.max_minutes + 1, rules.slot_minutes))
    return sorted(found)
