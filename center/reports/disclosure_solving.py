"""Whether numbers that hang together keep their room, by linear programming.

How far a number could be narrowed is not asked, only whether it keeps so much room. Each
program solved therefore tells of all numbers at once: where it leaves them is where they can
be. A few programs that push them up and down together settle nearly all; what is left has two
of its own. So thousands of numbers take seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from center.reports.disclosure_links import Spot

#: what a solver may be off by
_ROUNDING = 1e-6
#: so often numbers are pushed together before each that is left has programs of its own
_TOGETHER = 8


class Place(NamedTuple):
    """A number of one of several contents read together."""

    content: int
    spot: Spot


class Relation(NamedTuple):
    """``low`` ≤ the weighted sum of numbers ≤ ``high``, as a reader knows."""

    weights: Mapping[Place, float]
    low: float
    high: float


@dataclass(frozen=True)
class Room:
    """How much a hidden number is to keep; whole numbers are counted as such."""

    least: float
    is_whole: bool = True

    def is_in(self, low: float, high: float) -> bool:
        if self.is_whole:
            low, high = math.ceil(low - _ROUNDING), math.floor(high + _ROUNDING)
        return high - low >= self.least - _ROUNDING


Ranges = Mapping[Place, tuple[float, float]]


def cramped(
    relations: Sequence[Relation], ranges: Ranges, wanted: Mapping[Place, Room]
) -> dict[Place, list[Relation]]:
    """The wanted numbers that do not keep their room, each with the relations that hold it
    there, as far as the first content has to do with it. ``ranges``: every unknown with the
    least and the most it can be."""
    found: dict[Place, list[Relation]] = {}
    for here in _together(relations):
        places = list(dict.fromkeys(place for each in here for place in each.weights))
        if all(place.content for place in places):
            continue
        if among := {place: wanted[place] for place in places if place in wanted}:
            found |= _Group(places, here, ranges, among).cramped()
    return found


def _together(relations: Sequence[Relation]) -> Iterator[list[Relation]]:
    """Relations in groups that share no unknown."""
    above: dict[Place, Place] = {}

    def top(place: Place) -> Place:
        while (over := above.setdefault(place, place)) != place:
            above[place] = above[over]
            place = over
        return place

    for each in relations:
        first, *others = each.weights
        for other in others:
            above[top(other)] = top(first)
    groups: dict[Place, list[Relation]] = {}
    for each in relations:
        groups.setdefault(top(next(iter(each.weights))), []).append(each)
    yield from groups.values()


class _Group:
    """Unknowns that hang together, and how far they were seen to move."""

    def __init__(
        self,
        places: Sequence[Place],
        relations: Sequence[Relation],
        ranges: Ranges,
        wanted: Mapping[Place, Room],
    ) -> None:
        self.at = {place: n for n, place in enumerate(places)}
        self.wanted = wanted
        self.seen: dict[Place, tuple[float, float]] = {}
        self.equal = [each for each in relations if each.low == each.high]
        apart = [each for each in relations if each.low != each.high]
        at_most = [(each, 1) for each in apart if math.isfinite(each.high)]
        at_least = [(each, -1) for each in apart if math.isfinite(each.low)]
        self.bounded = [each for each, _sign in (*at_most, *at_least)]
        self.told: dict[str, Any] = {"bounds": [ranges[place] for place in places]}
        if self.equal:
            self.told["A_eq"] = self._matrix([(each, 1) for each in self.equal])
            self.told["b_eq"] = [each.low for each in self.equal]
        if self.bounded:
            self.told["A_ub"] = self._matrix([*at_most, *at_least])
            self.told["b_ub"] = [e.high for e, _ in at_most] + [-e.low for e, _ in at_least]

    def _matrix(self, signed: Sequence[tuple[Relation, int]]) -> Any:
        # Half a second, which each start of any command would take.
        from scipy.sparse import csr_array

        entries = [
            (row, self.at[place], sign * weight)
            for row, (each, sign) in enumerate(signed)
            for place, weight in each.weights.items()
        ]
        rows, columns, weights = zip(*entries, strict=True)
        return csr_array((weights, (rows, columns)), shape=(len(signed), len(self.at)))

    def cramped(self) -> dict[Place, list[Relation]]:
        for n in range(_TOGETHER):
            if not (left := self._left()):
                return {}
            self._push({place: _way(n, nth) for nth, place in enumerate(left)})
        found = {}
        for place in self._left():
            if not self._has_room(place):
                holding = self._push({place: 1}) + self._push({place: -1})
                if not self._has_room(place):
                    found[place] = holding
        return found

    def _left(self) -> list[Place]:
        return [place for place in self.wanted if not self._has_room(place)]

    def _has_room(self, place: Place) -> bool:
        return place in self.seen and self.wanted[place].is_in(*self.seen[place])

    def _push(self, ways: Mapping[Place, int]) -> list[Relation]:
        """Move some numbers up (1) or down (-1) as far as they go together; what stops them."""
        import numpy as np
        from scipy.optimize import linprog

        goal = np.zeros(len(self.at))
        for place, way in ways.items():
            goal[self.at[place]] = -way
        result = linprog(goal, **self.told)
        if not result.success:  # there is a solution: the truth
            raise ArithmeticError(result.message)
        for place in self.wanted:
            value = float(result.x[self.at[place]])
            low, high = self.seen.get(place, (value, value))
            self.seen[place] = (min(low, value), max(high, value))
        prices = (*zip(self.equal, result.eqlin.marginals, strict=True),) if self.equal else ()
        if self.bounded:
            prices += (*zip(self.bounded, result.ineqlin.marginals, strict=True),)
        return [each for each, price in prices if abs(price) > _ROUNDING]


def _way(n: int, nth: int) -> int:
    """All up, all down, then every other one, every other two … against the rest."""
    turned = -1 if n % 2 else 1
    return turned if n < 2 or (nth >> (n // 2 - 1)) % 2 else -turned
