"""Somebody who has every edition handed out and a solver: how far can a hidden cell be narrowed?

Shares nothing with the disclosure control but the shape of the content. One unknown per hidden
cell of each edition; an equation per column that sums, per sum of figures, per period made of
parts; an inequality where a number is never more than another. Bounds by linear programming,
each way, over what hangs together with the cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_array

HIDDEN = "X"
#: period, version, figure, cut, row
Key = tuple[str, int, str, str, str]
#: weights of unknowns, and what their sum is or is at most
Relation = tuple[dict[int, float], float]


#: what a solver may be off by
ROUNDING = 1e-6


def is_roomy(seen: Sequence[float], room: float, *, whole: bool) -> bool:
    """Whether a cell seen at these places has so much room; counts stand at whole numbers."""
    if not seen:
        return False
    low, high = min(seen), max(seen)
    if whole:
        low, high = math.ceil(low - ROUNDING), math.floor(high + ROUNDING)
    return high - low >= room - ROUNDING


@dataclass
class Attacker:
    """``same`` ties together cells that are known not to have changed between versions."""

    index: dict[Key, int] = field(default_factory=dict)
    equations: list[Relation] = field(default_factory=list)
    limits: list[Relation] = field(default_factory=list)
    shown: dict[Key, float] = field(default_factory=dict)
    #: hidden only because an earlier version hid them: may be nought
    perhaps_none: set[Key] = field(default_factory=set)
    _known: tuple[int, dict[int, Any]] = (0, {})

    def read(self, content: dict[str, Any], version: int = 1, identities: Sequence = ()) -> None:
        period = content["period"]["key"]
        for table in content["tables"]:
            cut = table["cut"]["key"]
            for n, figure in enumerate(table["columns"]):
                cells = {row["key"]: row["cells"][n] for row in table["rows"]}
                keys = [self._see((period, version, figure, cut, r), c) for r, c in cells.items()]
                if table["total"]:
                    total = self._see((period, version, figure, "", ""), table["total"][n])
                    if self._sums(content, table, n):
                        self.equate([total], keys)
            for whole, parts in identities:
                for row in [*(r["key"] for r in table["rows"]), None]:
                    where = ("", "") if row is None else (cut, row)
                    if {whole, *parts} <= set(table["columns"]):
                        self.equate(
                            [(period, version, whole, *where)],
                            [(period, version, part, *where) for part in parts],
                        )

    @staticmethod
    def _sums(content: dict[str, Any], table: dict[str, Any], n: int) -> bool:
        if "sums" in table:
            return table["sums"][n]
        key = table["columns"][n]
        return next(f for f in content["figures"] if f["key"] == key)["additive"]

    def _see(self, key: Key, cell: Any) -> Key:
        if cell == HIDDEN:
            self.index.setdefault(key, len(self.index))
        else:
            self.shown[key] = float(cell or 0)
        return key

    def knows(self, key: Key) -> bool:
        """Whether there is such a cell at all, to be seen or hidden."""
        return key in self.index or key in self.shown

    def equate(self, left: Sequence[Key], right: Sequence[Key]) -> None:
        """The sum of the left is the sum of the right."""
        weights, known = self._weighed(left, right)
        if weights:
            self.equations.append((weights, -known))

    def limit(self, less: Sequence[Key], more: Sequence[Key], slack: float = 0) -> None:
        """The sum of the first is at most the sum of the others and ``slack``."""
        weights, known = self._weighed(less, more)
        if weights:
            self.limits.append((weights, slack - known))

    def _weighed(self, left: Sequence[Key], right: Sequence[Key]) -> Relation:
        weights: dict[int, float] = {}
        known = 0.0
        for sign, keys in ((1, left), (-1, right)):
            for key in keys:
                if key in self.index:
                    at = self.index[key]
                    weights[at] = weights.get(at, 0) + sign
                else:
                    known += sign * self.shown[key]
        return {at: weight for at, weight in weights.items() if weight}, known

    def is_hidden(self, key: Key) -> bool:
        return key in self.index

    def bounds(self, key: Key) -> tuple[float, float]:
        """The least and the greatest the cell can be; hidden ones are at least one."""
        at, told = self._around(self.index[key])
        goal = np.zeros(len(at))
        found = []
        for sign in (1, -1):
            goal[at[self.index[key]]] = sign
            result = linprog(goal, **told)
            assert result.status == 0, result.message
            found.append(sign * result.fun)
        return round(found[0], 6), round(found[1], 6)

    def cramped(self, rooms: Mapping[Key, float], *, whole: bool) -> Iterator[Key]:
        """Those of some hidden cells that keep less room than they are to. Each program leaves
        every cell somewhere it can be, so that a few of all together settle nearly every one."""
        groups: dict[int, list[Key]] = {}
        for key in rooms:
            groups.setdefault(id(self._around(self.index[key])), []).append(key)
        for keys in groups.values():
            at, told = self._around(self.index[keys[0]])
            seen: dict[Key, list[float]] = {key: [] for key in keys}
            for turn in range(8):
                goal = np.zeros(len(at))
                for n, key in enumerate(keys):
                    if not is_roomy(seen[key], rooms[key], whole=whole):
                        goal[at[self.index[key]]] = (-1) ** (turn + (n >> turn // 2))
                if goal.any():
                    found = linprog(goal, **told)
                    assert found.status == 0, found.message
                    for key in keys:
                        seen[key].append(float(found.x[at[self.index[key]]]))
            for key in keys:
                if not is_roomy(seen[key], rooms[key], whole=whole) and not is_roomy(
                    self.bounds(key), rooms[key], whole=whole
                ):
                    yield key

    def _around(self, spot: int) -> tuple[dict[int, int], dict[str, Any]]:
        """What hangs together with an unknown, as a solver wants it; put together once."""
        size = len(self.equations) + len(self.limits) + len(self.perhaps_none)
        if self._known[0] != size:
            self._known = (size, {})
        if spot not in self._known[1]:
            spots, before = {spot}, 0
            while before != len(spots):
                before = len(spots)
                for weights, _value in [*self.equations, *self.limits]:
                    if spots & weights.keys():
                        spots |= weights.keys()
            at = {each: n for n, each in enumerate(sorted(spots))}
            self._known[1].update(dict.fromkeys(spots, (at, self._told(at))))
        return self._known[1][spot]

    def _told(self, at: dict[int, int]) -> dict[str, Any]:
        names = {n: each for each, n in self.index.items() if n in at}
        low = [0 if names[n] in self.perhaps_none else 1 for n in at]
        told: dict[str, Any] = {"bounds": [(least, 10**9) for least in low]}
        for kind, known in (("eq", self.equations), ("ub", self.limits)):
            relations = [each for each in known if at.keys() & each[0].keys()]
            if relations:
                matrix = lil_array((len(relations), len(at)))
                for row, (weights, _right) in enumerate(relations):
                    for spot, weight in weights.items():
                        matrix[row, at[spot]] = weight
                told |= {f"A_{kind}": matrix.tocsr(), f"b_{kind}": [v for _, v in relations]}
        return told
