"""The board as its script draws it: units, their bookings and closures, and when it is open."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from bookings.board import Board, Use
from bookings.board_words import name_of, standing
from bookings.models import BookingState, Closure, Unit
from center import clock, display

Json = dict[str, Any]

#: hours of a board on whose days the house is closed
_USUAL = (9, 18)


def of(board: Board) -> Json:
    """All of it; times read as the clock in Korea shows them, whatever the reader's zone."""
    return {
        "at": display.time(board.now),
        "units": [_unit(unit, previous, board) for unit, previous in _with_previous(board)],
        "bookings": [
            _booking(use, board.now) for unit in board.units for use in board.uses.get(unit.pk, ())
        ],
        "closures": [
            drawn for closure in board.closures if (drawn := _closure(closure, board))["units"]
        ],
        "hours": _hours(board),
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
        "end": wall(use.ends),
        "time": display.span(use.starts, use.ends),
        "name": name_of(use),
        "word": word,
        "style": style if use.is_meant else "other",
        "movable": movable,
    }


def _closure(closure: Closure, board: Board) -> Json:
    low, high = board.wanted.window
    return {
        "units": [unit.pk for unit in board.units if closure.concerns(unit)],
        "start": wall(max(closure.starts, low)),
        "end": wall(min(closure.ends, high)),
        "name": closure.reason,
        "word": closure.get_kind_display(),
    }


def wall(instant: dt.datetime) -> str:
    """The Korean wall clock, without offset."""
    return clock.local(instant).strftime("%Y-%m-%dT%H:%M:%S")


def _hours(board: Board) -> Json:
    """The first and the last full hour in which anything is open or taken."""
    low, high = [], []
    for calendar in board.calendars.values():
        for day in board.wanted.days:
            for span in calendar.openings(day):
                low.append(clock.local(span.start))
                high.append(clock.local(span.end))
    for uses in board.uses.values():
        for use in uses:
            low.append(clock.local(use.starts))
            high.append(clock.local(use.ends))
    first = min((at.hour for at in low), default=_USUAL[0])
    last = max((at.hour + (at.minute > 0) or 24 for at in high), default=_USUAL[1])
    return {"first": first, "last": last}
