"""The board as its script draws it: units, their bookings and closures, and when it is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from bookings.board import Board, Use
from bookings.board_words import name_of, standing
from bookings.house import Span
from bookings.intervals import Interval, subtract
from bookings.models import BookingState, Unit
from center import clock, display

Json = dict[str, Any]

#: hours of a board on whose days the house is closed
_USUAL = (9, 18)
_MIDNIGHT = 24
_HOUR = dt.timedelta(hours=1)
#: a shorter block could not be read
_LEAST = dt.timedelta(minutes=15)


def of(board: Board) -> Json:
    """All of it; times read as the clock in Korea shows them, whatever the reader's zone."""
    hours = _hours(board)
    return {
        "at": display.time(board.now),
        "days": [day.isoformat() for day in board.wanted.days],
        "units": [_unit(unit, previous, board) for unit, previous in _with_previous(board)],
        "bookings": [
            _booking(use, board.now) for unit in board.units for use in board.uses.get(unit.pk, ())
        ],
        "closures": [*_closures(board), *_shut(board, *hours)],
        "hours": dict(zip(("first", "last"), hours, strict=True)),
    }


def _with_previous(board: Board) -> list[tuple[Unit, Unit | None]]:
    return list(zip(board.units, [None, *board.units], strict=False))


def _unit(unit: Unit, previous: Unit | None, board: Board) -> Json:
    is_first = previous is None or previous.resource_id != unit.resource_id
    return {
        "id": unit.pk,
        "resource": unit.resource_id,
        "of": str(unit.resource),
        "name": unit.name,
        "first": is_first,
        "step": board.rules[unit.resource_id].slot_minutes,
        "note": "" if unit.in_service else _("Out of service"),
    }


def _booking(use: Use, now: dt.datetime) -> Json:
    word, style = standing(use, now)
    movable = use.is_meant and not use.is_extra and use.state in BookingState.reserved
    return {
        "id": f"{use.reference}.{use.unit_id}" if use.is_meant else f"{use.booking_id}",
        "reference": use.reference if use.is_meant else "",
        "unit": use.unit_id,
        "start": wall(use.starts),
        # What somebody who left gave back is free, also to be dragged over.
        "end": wall(min(use.ends, max(use.taken_until, use.starts + _LEAST))),
        "time": display.span(use.starts, use.ends),
        "name": name_of(use),
        "word": word,
        "style": style if use.is_meant else "other",
        "movable": movable,
    }


def _closures(board: Board) -> Iterator[Json]:
    low, high = board.wanted.window
    for closure in board.closures:
        if units := [unit.pk for unit in board.units if closure.concerns(unit)]:
            yield {
                "units": units,
                "start": wall(max(closure.starts, low)),
                "end": wall(min(closure.ends, high)),
                "name": closure.reason,
                "word": closure.get_kind_display(),
                "style": "closed",
            }


def _shut(board: Board, first: int, last: int) -> Iterator[Json]:
    """When it is not open within the hours drawn; units with the same hours in one."""
    for day in board.wanted.days:
        whole = Interval(clock.at(day) + first * _HOUR, clock.at(day) + last * _HOUR)
        units: dict[Sequence[Span], list[int]] = {}
        for unit in board.units:
            openings = board.calendars[unit.resource_id].openings(day)
            units.setdefault(tuple(subtract([whole], openings)), []).append(unit.pk)
        for spans, ids in units.items():
            for span in spans:
                times = {"start": wall(span.start), "end": wall(span.end)}
                yield {"units": ids, **times, "name": "", "word": "", "style": "shut"}


def wall(instant: dt.datetime) -> str:
    """The Korean wall clock, without offset."""
    return clock.local(instant).strftime("%Y-%m-%dT%H:%M:%S")


def _hours(board: Board) -> tuple[int, int]:
    """The first and the last full hour in which anything is open or taken."""
    spans = [
        span
        for calendar in board.calendars.values()
        for day in board.wanted.days
        for span in calendar.openings(day)
    ]
    spans += [Interval(use.starts, use.ends) for uses in board.uses.values() for use in uses]
    starts, ends = (
        ([clock.local(at) for at in side] for side in zip(*spans, strict=True))
        if spans
        else ([], [])
    )
    first = min((at.hour for at in starts), default=_USUAL[0])
    last = max((at.hour + (at.minute > 0) or _MIDNIGHT for at in ends), default=_USUAL[1])
    return first, last if last > first else _MIDNIGHT
