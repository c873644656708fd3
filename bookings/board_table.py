"""The board's day as a table: per unit its bookings, what closes it, and what is free.

Made whole beforehand, as ``bookings.cells`` is: a filter or an address for each row in the
template would cost ten times the database. Every string here is escaped already.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import TypedDict
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.board import Board, Show, Use
from bookings.board_lines import Lines
from bookings.board_words import belongs
from bookings.house import Span
from bookings.intervals import Interval, subtract
from bookings.models import Closure, Unit
from center import clock, display

#: a free time that has begun is offered from the last full ten minutes on
_STEP = 10


class Gap(TypedDict):
    time: str
    book: str
    close: str


class UnitRows(TypedDict):
    """``lines`` are the rows of its bookings, ready to be put into the page."""

    name: str
    note: str
    lines: str
    gaps: list[Gap]
    closures: list[str]


class Group(TypedDict):
    """The units of one resource. ``count`` says how many bookings they have."""

    key: str
    name: str
    count: str
    units: list[UnitRows]


def groups_of(board: Board, *, may_act: bool) -> list[Group]:
    """The day of the board, resource by resource. No query."""
    return _Table(board, may_act=may_act).groups()


class Figure(TypedDict):
    """So many bookings of the day stand so; ``href`` is the list of just these."""

    n: int
    words: str
    href: str
    is_urgent: bool


def figures_of(board: Board) -> list[Figure]:
    """How many bookings stand how, each counted once whatever units it takes; whoever stays
    over time is late and in at once."""
    uses = {use.booking_id: use for uses in board.uses.values() for use in uses}.values()
    words = {
        Show.EXPECTED: _("expected"),
        Show.INSIDE: _("in use"),
        Show.LATE: _("late"),
        Show.ASKED: _("to be approved"),
    }
    counts = {show: sum(belongs(use, show, board.now) for use in uses) for show in words}
    return [
        Figure(
            n=n,
            words=words[show],
            href=board.wanted.query(length="", q="", show=show, view="table"),
            is_urgent=show == Show.LATE and n > 0,
        )
        for show, n in counts.items()
    ]


class _Table:
    def __init__(self, board: Board, *, may_act: bool) -> None:
        self.board, self.day = board, board.wanted.day
        self.lines = Lines(board, board.wanted.query(view="table"), may_act=may_act)
        self.book = book_address()
        self.close = reverse("admin:bookings_closure_add")

    def groups(self) -> list[Group]:
        """Of a search or a list only the units that have what is meant."""
        units = self.board.units
        if self.board.wanted.is_choice:
            units = [unit for unit in units if any(self._uses(unit))]
        by_resource = groupby(units, key=lambda unit: unit.resource)
        return [
            self._group(resource.slug, str(resource), list(units))
            for resource, units in by_resource
        ]

    def _group(self, slug: str, name: str, units: list[Unit]) -> Group:
        count = len({use.booking_id for unit in units for use in self._uses(unit)})
        said = ngettext("%(n)d booking", "%(n)d bookings", count) % {"n": count}
        rows = [self._unit(unit) for unit in units]
        return Group(key=slug, name=escape(name), count=escape(said), units=rows)

    def _uses(self, unit: Unit) -> Iterable[Use]:
        show, now = self.board.wanted.show, self.board.now
        uses = self.board.uses.get(unit.pk, ())
        return (use for use in uses if use.is_meant and belongs(use, show, now))

    def _unit(self, unit: Unit) -> UnitRows:
        closures = self.board.closures_of(unit)
        return UnitRows(
            name=escape(unit.name),
            note="" if unit.in_service else escape(_out_of_service(unit)),
            lines="".join(self.lines.line(use) for use in self._uses(unit)),
            gaps=[self._gap(unit, gap) for gap in self._gaps(unit, closures)],
            closures=[escape(self._closed(closure)) for closure in closures],
        )

    def _gaps(self, unit: Unit, closures: list[Closure]) -> list[Span]:
        """What can still be booked of the day."""
        if not unit.in_service or self.board.wanted.is_choice:
            return []
        open_spans = self.board.calendars[unit.resource_id].bookable(self.day)
        taken = [Interval(use.taken_from, use.taken_until) for use in self._uses(unit)]
        taken += [Interval(closure.starts, closure.ends) for closure in closures]
        return [span for span in subtract(open_spans, taken) if span.end > self.board.now]

    def _gap(self, unit: Unit, gap: Span) -> Gap:
        starts = max(gap.start, _rounded(self.board.now))
        times = {"starts": wall_clock(starts), "ends": wall_clock(gap.end)}
        where = {"resource": str(unit.resource_id), "unit": str(unit.pk)}
        return Gap(
            time=display.span(starts, gap.end),
            book=escape(f"{self.book}?{urlencode({**where, **times})}"),
            close=escape(f"{self.close}?{closing_query(unit.pk, starts, gap.end)}"),
        )

    def _closed(self, closure: Closure) -> str:
        bounds = Interval(*clock.day_bounds(self.day))
        span = display.span(max(closure.starts, bounds.start), min(closure.ends, bounds.end))
        return f"{span} {closure.get_kind_display()}: {closure.reason}"


def _out_of_service(unit: Unit) -> str:
    if unit.out_of_service_reason:
        return _("Out of service: %(reason)s") % {"reason": unit.out_of_service_reason}
    return _("Out of service")


def _rounded(instant: dt.datetime) -> dt.datetime:
    here = clock.local(instant)
    return here.replace(minute=here.minute // _STEP * _STEP, second=0, microsecond=0)


def book_address() -> str:
    """Where staff book for a business."""
    return reverse("admin:index") + "book/"


def wall_clock(instant: dt.datetime) -> str:
    """As the clock in Korea shows it, without offset: ``2026-11-24T13:00``."""
    return clock.local(instant).strftime("%Y-%m-%dT%H:%M")


def closing_query(unit_id: int, starts: dt.datetime, ends: dt.datetime) -> str:
    """What fills in the admin's form of closures."""
    return urlencode({"unit": unit_id, "starts": wall_clock(starts), "ends": wall_clock(ends)})
