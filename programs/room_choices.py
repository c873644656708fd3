"""What staff can do when a room cannot be had: other times, other rooms, or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bookings import availability
from bookings.availability import Outlook
from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import Booking, Resource
from center import clock
from programs.services.rooms import Room

_REACH_DAYS, _TIMES = 7, 4
#: what another time or room can help against
HELPED = frozenset(
    {"slot_taken", "equipment_taken", "outside_hours", "closed", "too_many_people", "past"}
)


@dataclass(frozen=True)
class Choices:
    """``times``: of the same room, as long as wished, the nearest of each day, in order.
    ``spaces``: free at the very time, with the equipment wished for."""

    times: Sequence[Span]
    spaces: Sequence[Resource]


def choices_for(
    room: Room, wanted: Span, *, people: int = 1, moving: Booking | None = None
) -> Choices:
    """As things stand now, without a promise; a booking ``moving`` is not in its own way.
    4 queries, however many rooms there are."""
    day = clock.day_of(wanted.start)
    first, last = day - _REACH_DAYS * clock.DAY, day + _REACH_DAYS * clock.DAY
    spaces = list(Resource.objects.active().spaces().order_by("position", "pk"))
    outlooks = availability.load(
        [*spaces, *room.equipment], first, last, without=[moving] if moving else []
    )
    extra = [outlooks[item.pk] for item in room.equipment]
    lent_with = _lending_spaces(room.equipment)
    others = [
        space
        for space in spaces
        if space != room.resource
        and (lent_with is None or space.pk in lent_with)
        and (space.capacity >= people)
        and _fits(wanted, outlooks[space.pk], extra)
    ]
    times = (
        _times(wanted, outlooks[room.resource.pk], extra) if room.resource.pk in outlooks else []
    )
    return Choices(times=times, spaces=others)


def _lending_spaces(equipment: Sequence[Resource]) -> set[int] | None:
    """The spaces with which all of it is lent; None where none is wished for."""
    found: set[int] | None = None
    for item in equipment:
        spaces = set(item.used_in.values_list("pk", flat=True))
        found = spaces if found is None else found & spaces
    return found


def _times(wanted: Span, outlook: Outlook, extra: Sequence[Outlook]) -> list[Span]:
    found = [span for span in _nearest_of_days(wanted, outlook, extra) if span != wanted]
    nearest = sorted(found, key=lambda span: abs(span.start - wanted.start))
    return sorted(nearest[:_TIMES])


def _nearest_of_days(wanted: Span, outlook: Outlook, extra: Sequence[Outlook]) -> Iterator[Span]:
    for distance in range(-_REACH_DAYS, _REACH_DAYS + 1):
        day = clock.day_of(wanted.start) + distance * clock.DAY
        if day < clock.today():
            continue
        wished = wanted.start + distance * clock.DAY
        spans = [_at(slot.start, wanted) for slot in outlook.slots(day)]
        free = [span for span in spans if _fits(span, outlook, extra)]
        yield from sorted(free, key=lambda span: abs(span.start - wished))[:1]


def _at(start: dt.datetime, wanted: Span) -> Span:
    return Interval(start, start + (wanted.end - wanted.start))


def _fits(span: Span, outlook: Outlook, extra: Sequence[Outlook]) -> bool:
    """Open, to come, and free with all its equipment."""
    if span.start <= outlook.now or not outlook.has_room_for(span):
        return False
    blocked = outlook.rules(clock.day_of(span.start)).blocked(span)
    return all(_is_free(blocked, item) for item in extra)


def _is_free(blocked: Span, outlook: Outlook) -> bool:
    wanted = [(availability.minutes(blocked.start), availability.minutes(blocked.end))]
    return availability.count_free(wanted, outlook.units)[0] > 0
