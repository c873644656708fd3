"""Numbers that are no counts – hours, sales, ratios: hidden with the counts they tell of, and
where a sum would give one of them away, with another one beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from center.reports.content import Figure, number
from center.reports.disclosure_covering import THRESHOLD
from center.reports.disclosure_links import Column, Spot, rests_on

#: what is hidden beside a sum of few comes to a tenth of it, or nobody is misled
PART = 10
Places = Mapping[tuple[str, str], Mapping[str, Decimal]]
Amounts = Mapping[Spot, Decimal]


def following(
    columns: Sequence[Column],
    places: Places,
    twins: Iterable[tuple[Spot, Spot]],
    hidden: Collection[Spot],
) -> set[Spot]:
    """``hidden`` and what has to be hidden along; sums before ratios, until nothing is added."""
    found, before = set(hidden), -1
    counted = {column.figure["key"] for column in columns if column.figure["counts"]}
    others = [column for column in columns if not column.figure["counts"]]
    others.sort(key=lambda each: bool(each.figure.get("parts")))
    while before != len(found):
        before = len(found)
        for column in others:
            found |= _told(column, places, counted, found)
            if column.figure["additive"]:
                _guard(column, places, counted, found)
        for pair in twins:
            if found & set(pair):
                found |= set(pair)
    return found


def counts_behind(figure: Figure, spot: Spot, places: Places, counted: set[str]) -> list[Spot]:
    """The counts that a number which is none would tell of."""
    here = places.get((spot.cut, spot.row), {})
    return [spot._replace(figure=key) for key in rests_on(figure, list(here), counted)]


def _told(column: Column, places: Places, counted: set[str], hidden: set[Spot]) -> set[Spot]:
    """What could be worked out from or would tell of something hidden in its row."""
    return {
        seen.spot
        for seen in column.all
        if hidden & set(counts_behind(column.figure, seen.spot, places, counted))
    }


def _guard(column: Column, places: Places, counted: set[str], hidden: set[Spot]) -> None:
    """In each sum of the column: what is of few is not what is left of the others."""
    amounts = {seen.spot: number(seen.cell) or Decimal(0) for seen in column.rows}
    sums = [
        (whole, parts)
        for whole, parts in column.nested
        if whole.figure in places.get((whole.cut, whole.row), {})
    ]
    if column.total is not None:
        sums.append((column.total.spot, tuple(amounts)))
    few = {
        s for s in amounts if is_of_few(counts_behind(column.figure, s, places, counted), places)
    }
    for whole, parts in sums:
        together = [part for part in parts if part in hidden]
        shown = [part for part in parts if part not in hidden and amounts[part]]
        shown.sort(key=amounts.__getitem__)
        if whole in hidden:
            hidden |= set(() if together else shown[:1])
        elif (wanted := _wanted_beside(together, amounts, few)) is not None:
            hidden.add(next((part for part in shown if amounts[part] >= wanted), whole))


def is_of_few(counts: Iterable[Spot], places: Places) -> bool:
    """Whether one of the counts is small enough to be hidden for its own sake."""
    amounts = (places.get((s.cut, s.row), {}).get(s.figure, Decimal(0)) for s in counts)
    return any(0 < amount < THRESHOLD for amount in amounts)


def _wanted_beside(
    together: Sequence[Spot], amounts: Amounts, few: Collection[Spot]
) -> Decimal | None:
    """How much more is to be hidden so that those hidden together are not told by their sum;
    None where it is enough."""
    for part in together:
        beside = sum((amounts[each] for each in together), -amounts[part])
        wanted = amounts[part] / PART if part in few else Decimal(0)
        if len(together) == 1 or beside < wanted:
            return wanted - beside
    return None
