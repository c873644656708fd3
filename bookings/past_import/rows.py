"""A row of past uses as we understand it, with every sentence about what we do not."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bookings.models import BookingState, Resource, Unit
from bookings.past_import import values
from bookings.past_import.columns import COLUMNS, HEADINGS
from center import clock
from merchants.register_import.columns import Layout, plain
from merchants.register_import.reading import Line
from merchants.register_import.values import date, number

#: a use goes on so long at most; more is a slip of the year
_MOST = dt.timedelta(days=31)
_FIRST = dt.date(2000, 1, 1)
_BLANK = frozenset({"", "-", "–", "—", "N/A", "#N/A"})


@dataclass(frozen=True)
class Row:
    """``units`` are those the use may have had: the one named, else all of the space."""

    line: Line
    errors: tuple[str, ...] = ()
    number: str = ""
    resource: Resource | None = None
    units: tuple[Unit, ...] = ()
    starts: dt.datetime | None = None
    ends: dt.datetime | None = None
    state: BookingState = BookingState.COMPLETED
    purpose: str = ""
    headcount: int = 1
    names_unit: bool = field(default=False)

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same use, in this file and when the file comes again."""
        return (*self.use, self.units[0].pk if self.names_unit else None)

    @property
    def use(self) -> tuple[Any, ...]:
        """The same without the unit; a row that names none may mean the use of one that does."""
        return (self.number, self.resource.pk if self.resource else None, self.starts, self.ends)


class Places:
    """The spaces of the house and their units, by what people call them. 2 queries."""

    def __init__(self) -> None:
        self._spaces: dict[str, Resource] = {}
        for space in Resource.objects.spaces():
            for name in (space.slug, space.name_en, space.name):
                self._spaces[plain(name)] = space
        self._units: dict[int, list[Unit]] = {}
        for unit in Unit.objects.order_by("position", "pk"):
            self._units.setdefault(unit.resource_id, []).append(unit)

    def space(self, cell: str) -> Resource:
        """Raises ValueError with the names there are."""
        found = self._spaces.get(plain(cell))
        if found is None:
            names = ", ".join(dict.fromkeys(space.name for space in self._spaces.values()))
            raise ValueError(
                _("“%(cell)s” is no space here. There are: %(names)s.")
                % {"cell": cell, "names": names}
            )
        return found

    def units(self, space: Resource, cell: str) -> tuple[Unit, ...]:
        """Raises ValueError where the space has no unit of that name."""
        units = self._units.get(space.pk, [])
        wanted = _name(cell)
        named = [u for u in units if wanted in (_name(u.name), _name(f"{space.name} {u.name}"))]
        if cell and not named:
            names = ", ".join(unit.name for unit in units)
            raise ValueError(
                _("“%(cell)s” is no unit of that space. There are: %(names)s.")
                % {"cell": cell, "names": names}
            )
        return tuple(named[:1] if cell else units)


def _name(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def understand(layout: Layout, lines: Iterable[Line]) -> list[Row]:
    """Every row, in the order of the file. One that says the same use as a row above it is
    refused, and so is one that names no unit where another row names one for the same use."""
    places, today = Places(), clock.today()
    rows = [_row(layout, line, places, today) for line in lines]
    first: dict[tuple[Any, ...], int] = {}
    named: dict[tuple[Any, ...], int] = {}
    for row in rows:
        if not row.errors:
            first.setdefault(row.key, row.line.number)
            if row.names_unit:
                named.setdefault(row.use, row.line.number)
    return [_unless_twice(row, first, named) for row in rows]


def _unless_twice(
    row: Row, first: dict[tuple[Any, ...], int], named: dict[tuple[Any, ...], int]
) -> Row:
    if row.errors:
        return row
    other = first[row.key] if row.names_unit else named.get(row.use, first[row.key])
    if other == row.line.number:
        return row
    sentence = _(
        "The same use stands in row %(n)d already. If there were two, name the unit of each."
    ) % {"n": other}
    return Row(row.line, (sentence,))


class _Cells:
    """The cells of one row, read one after another; what is wrong is gathered."""

    def __init__(self, layout: Layout, line: Line) -> None:
        self.errors: list[str] = []
        self._cells = {
            name: cell
            for name, at in layout.places.items()
            if at < len(line.cells) and (cell := line.cells[at]) not in _BLANK
        }
        self.errors += [
            _("%(column)s: is missing.") % {"column": column.heading}
            for column in COLUMNS
            if column.needed and column.field not in self._cells
        ]

    def read(self, name: str, parse: Callable[[str], Any], otherwise: Any = None) -> Any:
        if name not in self._cells:
            return otherwise
        try:
            return parse(self._cells[name])
        except ValueError as error:
            self.errors.append(f"{HEADINGS[name]}: {error}")
            return otherwise


def _row(layout: Layout, line: Line, places: Places, today: dt.date) -> Row:
    cells = _Cells(layout, line)
    day = cells.read("day", date)
    starts = cells.read("starts", lambda cell: values.moment(cell, day))
    ends_of = day or (clock.day_of(starts) if starts else None)
    ends = cells.read("ends", lambda cell: values.moment(cell, ends_of))
    space = cells.read("space", places.space)
    unit = cells.read("unit", lambda cell: cell, "")
    found: Mapping[str, Any] = {
        "number": cells.read("number", number, ""),
        "state": cells.read("state", values.state, BookingState.COMPLETED),
        "purpose": cells.read("purpose", values.purpose, ""),
        "headcount": cells.read("headcount", values.headcount, 1),
    }
    units = cells.read("unit", lambda cell: places.units(space, cell), ()) if space else ()
    if space and not unit:
        units = places.units(space, "")
    errors = cells.errors or _span(starts, ends, today) or _has_units(units)
    return Row(
        line,
        tuple(errors),
        resource=space,
        units=units,
        starts=starts,
        ends=ends,
        names_unit=bool(unit),
        **found,
    )


def _span(starts: dt.datetime, ends: dt.datetime, today: dt.date) -> list[str]:
    """Past only: what is under way today is the desk's."""
    if ends <= starts:
        return [_("The use ends before it begins.")]
    if ends - starts > _MOST:
        return [_("The use is longer than %(n)d days.") % {"n": _MOST.days}]
    if clock.day_of(starts) < _FIRST:
        return [_("%(day)s lies out of reach.") % {"day": clock.day_of(starts).isoformat()}]
    if ends > clock.at(today):
        return [_("Only uses that were over before today are taken over.")]
    return []


def _has_units(units: tuple[Unit, ...]) -> list[str]:
    return [] if units else [_("This space has no unit.")]
