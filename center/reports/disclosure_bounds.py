"""How far the hidden numbers of one report can be narrowed by adding and subtracting.

The sums are solved for each number, and bounds are passed along them until nothing moves any
more: what is left of a sum when all others are at their least is the most a number can be, and
the other way round; and no number is more than one it is a part of (``Order``). That is quick
and finds nearly all; ``disclosure_together`` finds the rest with a linear solver.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from center.reports.content import number
from center.reports.disclosure_links import Column, Identity, Order, Spot

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
    """Columns whose rows add up to their total, rows that add up to one of another cut, and
    the sums of figures in each row."""
    found = [
        Sum(whole, parts)
        for column in columns
        for whole, parts in column.nested
        if amounts.get(whole) == sum((amounts.get(spot, Decimal(0)) for spot in parts), Decimal(0))
    ]
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


@dataclass(frozen=True)
class _Equation:
    """The weighted sum of some hidden numbers is known."""

    weights: Mapping[Spot, Fraction]
    value: Fraction


def bounds(
    sums: Sequence[Sum],
    amounts: Amounts,
    hidden: Collection[Spot],
    orders: Sequence[Order] = (),
) -> Bounds:
    """The least and the most each hidden number can be."""
    found = _beside_shown(amounts, hidden, orders)
    both = [each for each in orders if each.less in found and each.more in found]
    plain = [each for each in (_equation(s, amounts, found) for s in sums) if each.weights]
    forwards = _solved(plain)
    backwards = _solved(plain, backwards=True)
    known = [*plain, *forwards.values(), *backwards.values(), *_ties(forwards)]
    ranges = {spot: (Fraction(low), Fraction(high)) for spot, (low, high) in found.items()}
    for _round in range(_ROUNDS):
        before = dict(ranges)
        for each in known:
            _pass_on(each, ranges)
        for less, more in both:
            ranges[less] = (ranges[less][0], min(ranges[less][1], ranges[more][1]))
            ranges[more] = (max(ranges[more][0], ranges[less][0]), ranges[more][1])
        if before == ranges:
            break
    return {
        spot: (Decimal(math.ceil(low)), Decimal(math.floor(high)))
        for spot, (low, high) in ranges.items()
    }


def _beside_shown(amounts: Amounts, hidden: Collection[Spot], orders: Sequence[Order]) -> Bounds:
    """How far each hidden number can be told from what is shown beside it: at least one, for
    noughts are shown."""
    found: Bounds = {
        spot: (min(Decimal(1), amounts[spot]), _MOST) for spot in hidden if spot in amounts
    }
    for less, more in orders:
        if less in found and more not in found:
            found[less] = (found[less][0], min(found[less][1], amounts[more]))
        if more in found and less not in found:
            found[more] = (max(found[more][0], amounts[less]), found[more][1])
    return found


def _equation(each: Sum, amounts: Amounts, found: Collection[Spot]) -> _Equation:
    weights: dict[Spot, Fraction] = {}
    value = Fraction(0)
    for spot, sign in ((each.whole, 1), *((part, -1) for part in each.parts)):
        if spot in found:
            weights[spot] = weights.get(spot, Fraction(0)) + sign
        else:
            value -= sign * Fraction(amounts.get(spot, Decimal(0)))
    return _Equation({spot: weight for spot, weight in weights.items() if weight}, value)


def _solved(equations: Sequence[_Equation], *, backwards: bool = False) -> dict[Spot, _Equation]:
    """The same equations solved for one number each (Gauss and Jordan): what follows from
    several of them together, above all a number that is settled altogether. Solved from both
    ends, because what is bounded in between depends on the order."""
    done: dict[Spot, _Equation] = {}
    for each in equations:
        weights, value = dict(each.weights), each.value
        for spot in [spot for spot in weights if spot in done]:
            value = _subtract(weights, value, weights[spot], done[spot])
        if not weights:
            continue
        pivot = (max if backwards else min)(weights)
        scale = weights[pivot]
        new = _Equation({s: w / scale for s, w in weights.items()}, value / scale)
        for spot, old in done.items():
            if factor := old.weights.get(pivot):
                changed = dict(old.weights)
                done[spot] = _Equation(changed, _subtract(changed, old.value, factor, new))
        done[pivot] = new
    return done


def _ties(solved: Mapping[Spot, _Equation]) -> list[_Equation]:
    """Numbers that settle each other: whatever can still vary moves them along together, so
    that one follows from the other, through however many sums."""
    known: dict[tuple[tuple[Spot, Fraction], ...], tuple[Spot, Fraction, Fraction]] = {}
    found = []
    free = {spot for each in solved.values() for spot in each.weights} - solved.keys()
    moved = {spot: ({spot: Fraction(1)}, Fraction(0)) for spot in free}
    for pivot, each in solved.items():
        rest = {spot: -weight for spot, weight in each.weights.items() if spot != pivot}
        moved[pivot] = (rest, each.value)
    for spot, (by, start) in sorted(moved.items()):
        if not by:
            continue  # settled, and its equation says so
        scale = by[min(by)]
        way = tuple(sorted((other, weight / scale) for other, weight in by.items()))
        other, at, pace = known.setdefault(way, (spot, start, scale))
        if other != spot:
            weights = {spot: 1 / scale, other: -1 / pace}
            found.append(_Equation(weights, start / scale - at / pace))
    return found


def _subtract(
    weights: dict[Spot, Fraction], value: Fraction, factor: Fraction, other: _Equation
) -> Fraction:
    """Take ``factor`` times the other equation away, in place; the new right side."""
    for spot, weight in other.weights.items():
        left = weights.get(spot, Fraction(0)) - factor * weight
        if left:
            weights[spot] = left
        else:
            weights.pop(spot, None)
    return value - factor * other.value


def _pass_on(each: _Equation, ranges: dict[Spot, tuple[Fraction, Fraction]]) -> None:
    reach = {}
    for spot, weight in each.weights.items():
        ends = [weight * end for end in ranges[spot]]
        reach[spot] = (min(ends), max(ends))
    least = sum((low for low, _high in reach.values()), Fraction(0))
    most = sum((high for _low, high in reach.values()), Fraction(0))
    for spot, weight in each.weights.items():
        low, high = reach[spot]
        ends = [(each.value - (most - high)) / weight, (each.value - (least - low)) / weight]
        ranges[spot] = (max(ranges[spot][0], min(ends)), min(ranges[spot][1], max(ends)))
