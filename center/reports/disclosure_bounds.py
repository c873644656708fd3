"""How far the hidden numbers of one report can be narrowed by adding and subtracting.

Bounds are passed along the sums until nothing moves any more: what is left of a sum when all
others are at their least is the most a number can be, and the other way round. That is what
a patient reader with a spreadsheet gets; the tests have one with a linear solver besides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from center.reports.content import number
from center.reports.disclosure_links import Column, Identity, Spot

#: more than any count of a house
_MOST = Decimal(10**9)
#: bounds move by whole numbers and settle soon; what is left after so many rounds is small
_ROUNDS = 60

Amounts = Mapping[Spot, Decimal]
Bounds = dict[Spot, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Sum:
    """``whole`` is the sum of ``parts``, and readers know it."""

    whole: Spot
    parts: tuple[Spot, ...]

    @property
    def spots(self) -> tuple[Spot, ...]:
        return (self.whole, *self.parts)


def sums_of(columns: Sequence[Column], known: Sequence[Identity], amounts: Amounts) -> list[Sum]:
    """Columns whose rows add up to their total, and the sums of figures in each row."""
    found = []
    for column in columns:
        if column.total is None or not column.figure["counts"]:
            continue
        rows = tuple(seen.spot for seen in column.rows)
        total = number(column.total.cell)
        if total == sum((amounts.get(spot, Decimal(0)) for spot in rows), Decimal(0)):
            found.append(Sum(column.total.spot, rows))
    places = {(spot.cut, spot.row) for spot in amounts}
    for identity in known:
        for cut, row in places:
            if cut == identity.cut:
                parts = tuple(Spot(key, cut, row) for key in identity.parts)
                found.append(Sum(Spot(identity.whole, cut, row), parts))
    return found


def bounds(sums: Sequence[Sum], amounts: Amounts, hidden: Collection[Spot]) -> Bounds:
    """The least and the most each hidden number can be."""
    found: Bounds = {
        spot: (min(Decimal(1), amounts[spot]), _MOST) for spot in hidden if spot in amounts
    }
    live = [each for each in sums if any(spot in found for spot in each.spots)]
    for _round in range(_ROUNDS):
        before = dict(found)
        for each in live:
            _pass_on(each, amounts, found)
        if before == found:
            break
    return found


def _pass_on(each: Sum, amounts: Amounts, found: Bounds) -> None:
    def of(spot: Spot) -> tuple[Decimal, Decimal]:
        nought = amounts.get(spot, Decimal(0))
        return found.get(spot, (nought, nought))

    least = sum((of(part)[0] for part in each.parts), Decimal(0))
    most = sum((of(part)[1] for part in each.parts), Decimal(0))
    low, high = of(each.whole)
    for part in each.parts:
        if part in found:
            part_low, part_high = found[part]
            found[part] = (
                max(part_low, low - (most - part_high)),
                min(part_high, high - (least - part_low)),
            )
    if each.whole in found:
        found[each.whole] = (max(low, least), min(high, most))
