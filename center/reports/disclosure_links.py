"""What tells of what: from which numbers of a report another one could be worked out."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from center.reports.content import HIDDEN, Cell, Content, Figure, Table, number


class Spot(NamedTuple):
    """A number of a period, whichever tables it stands in; the whole has no cut and row."""

    figure: str
    cut: str = ""
    row: str = ""

    @property
    def is_total(self) -> bool:
        return not self.cut


class Seen(NamedTuple):
    """A spot as a table states it."""

    spot: Spot
    cell: Cell


@dataclass(frozen=True)
class Column:
    """A figure in one table."""

    figure: Figure
    rows: tuple[Seen, ...]
    total: Seen | None

    @property
    def all(self) -> tuple[Seen, ...]:
        return (*self.rows, self.total) if self.total else self.rows


def columns_of(content: Content) -> list[Column]:
    figures = {figure["key"]: figure for figure in content["figures"]}
    return [
        _column(table, n, figures[key])
        for table in content["tables"]
        for n, key in enumerate(table["columns"])
    ]


def _column(table: Table, n: int, figure: Figure) -> Column:
    key, cut = figure["key"], table["cut"]["key"]
    rows = tuple(Seen(Spot(key, cut, row["key"]), row["cells"][n]) for row in table["rows"])
    total = table["total"]
    return Column(figure, rows, Seen(Spot(key), total[n]) if total else None)


def hidden_in(content: Content) -> set[Spot]:
    """What an edition handed out does not show."""
    found = {
        seen.spot for column in columns_of(content) for seen in column.all if seen.cell == HIDDEN
    }
    for target in content["targets"]:
        if target["result"] == HIDDEN:
            found.add(Spot(target["key"]))
    return found


def places(columns: Sequence[Column]) -> dict[tuple[str, str], dict[str, Decimal]]:
    """For each row of each cut, over all its tables, and for the whole: figure → number."""
    found: dict[tuple[str, str], dict[str, Decimal]] = {}
    for column in columns:
        for spot, cell in column.all:
            amount = number(cell)
            if amount is not None:
                found.setdefault((spot.cut, spot.row), {})[spot.figure] = amount
    return found


#: sums of more parts than this are not looked for
_MOST_PARTS = 4


@dataclass(frozen=True)
class Identity:
    """In every row of a cut ``whole`` is the sum of ``parts``: bookings, say, of uses,
    no-shows and cancellations."""

    cut: str
    whole: str
    parts: tuple[str, ...]


def identities(columns: Sequence[Column]) -> list[Identity]:
    """The sums among counts of one app that hold in every row. Found in the numbers
    themselves, so that none has to be declared; one that holds by chance only hides more.
    In the whole, a single row, dozens hold by chance; what counts there is what holds in the
    rows of a cut."""
    counted = {c.figure["key"] for c in columns if c.figure["counts"]}
    by_cut: dict[str, list[Mapping[str, Decimal]]] = {}
    for (cut, _row), amounts in places(columns).items():
        by_cut.setdefault(cut, []).append(amounts)
    wholes = by_cut.pop("", [])
    found = [
        known
        for cut, rows in by_cut.items()
        for app in sorted({key.partition(".")[0] for key in counted})
        for known in _sums(cut, rows, {key for key in counted if key.startswith(f"{app}.")})
    ]
    of_whole = {
        dataclasses.replace(known, cut="")
        for known in found
        if all(_holds(row, known.whole, known.parts) for row in wholes)
    }
    return [*found, *sorted(of_whole, key=lambda known: (known.whole, known.parts))]


def _sums(cut: str, rows: Sequence[Mapping[str, Decimal]], counted: set[str]) -> Iterator[Identity]:
    named = sorted({key for row in rows for key in row} & counted)
    # A figure that is nowhere more than nothing adds nothing to a sum.
    named = [key for key in named if any(row.get(key) for row in rows)]
    for whole in named:
        rest = [key for key in named if key != whole and _never_more(key, whole, rows)]
        for size in range(1, min(_MOST_PARTS, len(rest)) + 1):
            for parts in itertools.combinations(rest, size):
                if all(_holds(row, whole, parts) for row in rows):
                    yield Identity(cut, whole, parts)


def _never_more(part: str, whole: str, rows: Sequence[Mapping[str, Decimal]]) -> bool:
    return all(row.get(part, Decimal(0)) <= row.get(whole, Decimal(0)) for row in rows)


def _holds(row: Mapping[str, Decimal], whole: str, parts: Sequence[str]) -> bool:
    return row.get(whole, Decimal(0)) == sum(
        (row.get(key, Decimal(0)) for key in parts), Decimal(0)
    )


def rests_on(figure: Figure, here: Sequence[str], counted: set[str]) -> set[str]:
    """The counts of the same place that a number would tell of: the parts of a ratio, else
    every count of its app – hours and sums are those of few where the uses are."""
    parts = set(figure.get("parts", ())) & set(here)
    if parts:
        return parts
    if figure["key"] in _HOURS:
        return _HOURS[figure["key"]] & set(here)
    app = figure["key"].partition(".")[0]
    same = {key for key in here if key in counted and key.partition(".")[0] == app}
    return same or {key for key in here if key in counted}


_USES = {"bookings.uses", "bookings.businesses"}
#: what is no count, and the counts of those it tells of; the house's own hours tell of nobody
_HOURS: dict[str, set[str]] = {
    "bookings.hours": _USES,
    "bookings.hours_offered": set(),
    "bookings.days_open": set(),
    "bookings.days_used": _USES,
    "bookings.utilisation_days": _USES,
    "equipment.hours": {"equipment.uses", "equipment.businesses"},
    "equipment.days_out": {"equipment.hand_outs"},
}
