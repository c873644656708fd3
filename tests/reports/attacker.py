"""Somebody who has every edition handed out and a solver: how far can a hidden cell be narrowed?

Shares nothing with the disclosure control but the shape of the content. One unknown per hidden
cell of each edition; an equation per column that sums, per sum of figures, per period made of
parts. Bounds by linear programming, each way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linprog

HIDDEN = "X"
#: period, version, figure, cut, row
Key = tuple[str, int, str, str, str]


@dataclass
class Attacker:
    """``same`` ties together cells that are known not to have changed between versions."""

    index: dict[Key, int] = field(default_factory=dict)
    equations: list[tuple[dict[int, float], float]] = field(default_factory=list)
    shown: dict[Key, float] = field(default_factory=dict)
    #: hidden only because an earlier version hid them: may be nought
    perhaps_none: set[Key] = field(default_factory=set)

    def read(self, content: dict[str, Any], version: int = 1, identities: Sequence = ()) -> None:
        period = content["period"]["key"]
        for table in content["tables"]:
            cut = table["cut"]["key"]
            for n, figure in enumerate(table["columns"]):
                cells = {row["key"]: row["cells"][n] for row in table["rows"]}
                keys = [self._see((period, version, figure, cut, r), c) for r, c in cells.items()]
                if table["total"] and self._sums(content, figure):
                    total = self._see((period, version, figure, "", ""), table["total"][n])
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
    def _sums(content: dict[str, Any], key: str) -> bool:
        return next(f for f in content["figures"] if f["key"] == key)["additive"]

    def _see(self, key: Key, cell: Any) -> Key:
        if cell == HIDDEN:
            self.index.setdefault(key, len(self.index))
        else:
            self.shown[key] = float(cell or 0)
        return key

    def equate(self, left: Sequence[Key], right: Sequence[Key]) -> None:
        """The sum of the left is the sum of the right."""
        weights: dict[int, float] = {}
        known = 0.0
        for sign, keys in ((1, left), (-1, right)):
            for key in keys:
                if key in self.index:
                    at = self.index[key]
                    weights[at] = weights.get(at, 0) + sign
                else:
                    known += sign * self.shown[key]
        if weights:
            self.equations.append((weights, -known))

    def is_hidden(self, key: Key) -> bool:
        return key in self.index

    def bounds(self, key: Key) -> tuple[float, float]:
        """The least and the greatest the cell can be; hidden ones are at least one."""
        n = len(self.index)
        matrix = np.zeros((len(self.equations), n))
        for row, (weights, _right) in enumerate(self.equations):
            for at, weight in weights.items():
                matrix[row, at] = weight
        right = [value for _weights, value in self.equations]
        goal = np.zeros(n)
        found = []
        for sign in (1, -1):
            goal[self.index[key]] = sign
            result = linprog(
                goal,
                A_eq=matrix if len(right) else None,
                b_eq=right if right else None,
                bounds=[(0 if key in self.perhaps_none else 1, 10_000) for key in self.index],
            )
            assert result.status == 0, result.message
            found.append(sign * result.fun)
        return round(found[0], 6), round(found[1], 6)
