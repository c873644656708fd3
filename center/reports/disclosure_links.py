"""What tells of what: from which numbers of a report another one could be worked out."""

from __future__ import annotations

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
    #: rows of another cut, and those of this one that are parts of them
    nested: tuple[tuple[Spot, tuple[Spot, ...]], ...] = ()
    #: whether the rows are known to add up to the total
    sums: bool = False

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
    sums = table["sums"][n] if "sums" in table else figure["additive"]
    whole = Seen(Spot(key), total[n]) if total else None
    return Column(figure, rows, whole, _nested(table, key), sums)


def _nested(table: Table, figure: str) -> tuple[tuple[Spot, tuple[Spot, ...]], ...]:
    cut, parent = table["cut"]["key"], table["cut"].get("parent")
    found: dict[str, list[Spot]] = {}
    for row in table["rows"]:
        if parent and (within := row.get("within")):
            found.setdefault(within, []).append(Spot(figure, cut, row["key"]))
    return tuple((Spot(figure, parent or "", row), tuple(spots)) for row, spots in found.items())


def hidden_in(content: Content) -> set[Spot]:
    """What an edition handed out does not show."""
    found = {
        seen.spot for column in columns_of(content) for seen in column.all if seen.cell == HIDDEN
    }
    for target in content["targets"]:
        if target["result"] == HIDDEN:
            found.add(Spot(target["key"]))
    return found


def hidden_in_part(content: Content) -> set[Spot]:
    """What a part of a longer period does not show, as the longer one names it: a month's total
    is a row of the table by month."""
    found, key = hidden_in(content), content["period"]["key"]
    return found | {Spot(spot.figure, "month", key) for spot in found if spot.is_total}


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


#: sums whose meaning says that they hold, however few rows there are to see it in
_MEANT = (
    (
        "bookings.bookings",
        (
            "bookings.cancelled_in_time",
            "bookings.cancelled_late",
            "bookings.no_shows",
            "bookings.uses",
        ),
    ),
    ("bookings.businesses", ("bookings.new_businesses", "bookings.returning_businesses")),
)
#: who came back is asked of each period anew, so that nothing adds up over periods
ANEW = ("bookings.new_businesses", "bookings.returning_businesses")
#: so many rows must agree before other sums are believed
_AGREEING = 3


def identities(columns: Sequence[Column]) -> list[Identity]:
    """The sums among counts that hold in every row of a cut, and so in the whole: those meant
    and those found in the numbers. One that holds by chance only hides more."""
    counted = {c.figure["key"] for c in columns if c.figure["counts"]}
    by_cut: dict[str, list[Mapping[str, Decimal]]] = {}
    for (cut, _row), amounts in places(columns).items():
        by_cut.setdefault(cut, []).append(amounts)
    whole = by_cut.get("", [{}])
    found: dict[Identity, None] = {}
    for cut, rows in by_cut.items():
        for sum_ in [*_meant(cut, rows), *_seen(cut, rows, counted)]:
            found[sum_] = None
            if all(_holds(row, sum_.whole, sum_.parts) for row in whole):
                found[Identity("", sum_.whole, sum_.parts)] = None
    return list(found)


def meant_sums(
    amounts: Mapping[tuple[str, str], Mapping[str, Decimal]],
) -> Iterator[tuple[Spot, ...]]:
    """Whole and parts of each sum of figures whose meaning says that it holds, place by place."""
    for (cut, row), here in amounts.items():
        for whole, parts in _MEANT:
            if whole in here and _holds(here, whole, parts):
                yield tuple(Spot(key, cut, row) for key in (whole, *parts) if key in here)


def _meant(cut: str, rows: Sequence[Mapping[str, Decimal]]) -> Iterator[Identity]:
    for whole, parts in _MEANT:
        if any(whole in row for row in rows) and all(_holds(row, whole, parts) for row in rows):
            yield Identity(cut, whole, parts)


def _seen(cut: str, rows: Sequence[Mapping[str, Decimal]], counted: set[str]) -> Iterator[Identity]:
    named = sorted({key for row in rows for key in row} & counted)
    for whole in named:
        full = [row for row in rows if row.get(whole)]
        if not cut or len(full) < _AGREEING:
            continue
        # A figure of another app, or one that is nowhere more than nothing, is no part of it.
        app = whole.partition(".")[0]
        rest = [
            key
            for key in named
            if key != whole
            and key.partition(".")[0] == app
            and any(row.get(key) for row in rows)
            and _never_more(key, whole, rows)
        ]
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


#: in every row the first is never more than the second, as everybody can tell
_NEVER_MORE = (
    ("bookings.businesses", "bookings.uses"),
    ("bookings.waiting_served", "bookings.waiting"),
    ("satisfaction.answers", "bookings.uses"),
    ("satisfaction.with_equipment", "satisfaction.answers"),
    ("equipment.businesses", "equipment.uses"),
    ("equipment.overdue", "equipment.hand_outs"),
    ("programs.businesses", "programs.selected"),
    ("programs.advised", "programs.consultations"),
    ("programs.broadcast_businesses", "programs.broadcasts"),
    ("programs.settled_businesses", "programs.settled"),
    ("programs.businesses_with_figures", "programs.with_figures"),
    ("programs.businesses_compared", "programs.compared"),
    ("programs.compared", "programs.with_figures"),
    ("programs.used", "programs.use_told"),
    ("programs.doubtful", "programs.answered"),
)


class Order(NamedTuple):
    """``less`` is at most ``more``."""

    less: Spot
    more: Spot


def orders(amounts: Mapping[tuple[str, str], Mapping[str, Decimal]]) -> list[Order]:
    """What readers know of two counts of a row without adding anything up: there are no more
    businesses than uses. Left out where the numbers say otherwise."""
    return [
        Order(Spot(less, cut, row), Spot(more, cut, row))
        for (cut, row), here in amounts.items()
        for less, more in _NEVER_MORE
        if less in here and more in here and here[less] <= here[more]
    ]


#: two rows of different cuts with so many equal counts are taken for the same thing
_ALIKE = 3


def twins(amounts: Mapping[tuple[str, str], Mapping[str, Decimal]]) -> list[tuple[Spot, Spot]]:
    """Numbers that stand in two cuts, because a kind has one space, say: hidden in one they
    are hidden in both. Rows are alike where all counts they share are, some above nothing."""
    found = []
    for (one, here), (other, there) in itertools.combinations(amounts.items(), 2):
        shared = here.keys() & there.keys()
        if one[0] == other[0] or len([key for key in shared if here[key]]) < _ALIKE:
            continue
        if all(here[key] == there[key] for key in shared):
            found += [(Spot(key, *one), Spot(key, *other)) for key in sorted(shared)]
    return found


def rests_on(figure: Figure, here: Sequence[str], counted: set[str]) -> set[str]:
    """The numbers of the same place that a number which is no count would tell of: those named
    below, the parts of a ratio, else every count of its app."""
    if figure["key"] in TELLS_OF:
        return set(TELLS_OF[figure["key"]])
    if parts := set(figure.get("parts", ())) & set(here):
        return parts
    app = figure["key"].partition(".")[0]
    same = {key for key in here if key in counted and key.partition(".")[0] == app}
    return same or {key for key in here if key in counted}


#: sums and shares that are not counts, and the counts of those they are of; what the house
#: offers tells of nobody
TELLS_OF: Mapping[str, Sequence[str]] = {
    "bookings.hours": ("bookings.uses", "bookings.businesses"),
    "bookings.days_used": ("bookings.uses",),
    "bookings.utilisation_days": ("bookings.uses",),
    "bookings.hours_offered": (),
    "bookings.days_open": (),
    "equipment.hours": ("equipment.uses", "equipment.businesses"),
    "equipment.days_out": ("equipment.hand_outs",),
    "programs.products": ("programs.selected", "programs.businesses"),
    # one business may have taken part five times
    "programs.broadcast_viewers": ("programs.broadcasts", "programs.broadcast_businesses"),
    "programs.broadcast_orders": ("programs.broadcasts", "programs.broadcast_businesses"),
    "programs.broadcast_sales": ("programs.broadcasts", "programs.broadcast_businesses"),
    "programs.settled_sales": ("programs.settled", "programs.settled_businesses"),
    "programs.sales": ("programs.with_figures", "programs.businesses_with_figures"),
    "programs.orders": ("programs.with_figures", "programs.businesses_with_figures"),
    "programs.viewers": ("programs.with_figures", "programs.businesses_with_figures"),
    "programs.change": ("programs.compared", "programs.businesses_compared"),
    # for all of a program and announced to everybody
    "programs.sessions": (),
    # of the house itself
    "outside.spent": (),
}
