"""What a hidden number is, and how a content says that it is hidden."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

from center.reports.content import HIDDEN, Cell, Content, number
from center.reports.disclosure_links import Spot

#: counts from one to four are hidden
THRESHOLD = 5


def is_small(cell: Cell) -> bool:
    """One to four; nought tells of nobody."""
    amount = number(cell)
    return amount is not None and 0 < amount < THRESHOLD


def covered(content: Content, hidden: set[Spot], before: Iterable[Spot]) -> Content:
    """A copy in which what is hidden reads so; of targets also the year to date, where it or an
    earlier month of it is hidden."""
    public = copy.deepcopy(content)
    for table in public["tables"]:
        cut = table["cut"]["key"]
        for row in table["rows"]:
            spots = [Spot(key, cut, row["key"]) for key in table["columns"]]
            row["cells"] = _cells(row["cells"], spots, hidden)
        if table["total"] is not None:
            totals = [Spot(key) for key in table["columns"]]
            table["total"] = _cells(table["total"], totals, hidden)
    counted = {figure["key"] for figure in content["figures"] if figure["counts"]}
    for target in public["targets"]:
        spot, of_few = Spot(target["key"]), target.get("of_few", False)
        small = of_few or (spot.figure in counted and is_small(target["to_date"]))
        if spot in hidden:
            target["result"] = HIDDEN
        if spot in hidden or spot in before or small:
            target["to_date"] = target["rate"] = HIDDEN
    return public


def _cells(cells: Sequence[Cell], spots: Sequence[Spot], hidden: set[Spot]) -> list[Cell]:
    return [
        HIDDEN if spot in hidden and cell is not None else cell
        for cell, spot in zip(cells, spots, strict=True)
    ]
