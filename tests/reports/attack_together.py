"""Somebody who lays all editions of a year side by side: what each says of the others.

Written from the words of the figures: what adds up over months, what is never more than what,
which rows are parts of which. Feeds ``Attacker``; shares nothing with the disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.reports.attacker import Attacker, Key

#: a sum in every row
SUMS = (("bookings.businesses", ("bookings.new_businesses", "bookings.returning_businesses")),)
#: never more than
LESS = (
    ("bookings.businesses", "bookings.uses"),
    ("satisfaction.answers", "bookings.uses"),
    ("satisfaction.with_equipment", "satisfaction.answers"),
    ("equipment.businesses", "equipment.uses"),
    ("equipment.overdue", "equipment.hand_outs"),
    ("programs.businesses", "programs.selected"),
    ("programs.broadcast_businesses", "programs.broadcasts"),
    ("programs.settled_businesses", "programs.settled"),
    ("programs.businesses_with_figures", "programs.with_figures"),
    ("programs.businesses_compared", "programs.compared"),
    ("programs.compared", "programs.with_figures"),
)
Content = dict[str, Any]


def attack(contents: Sequence[Content]) -> Attacker:
    """``contents``: first versions of periods whose data nobody corrected in between."""
    attacker = Attacker()
    for content in contents:
        attacker.read(content, identities=SUMS)
        _targets(attacker, content)
        _perhaps_none(attacker, content)
    for content in contents:
        _beside(attacker, content)
        _nested(attacker, content)
        months = _months(content, contents)
        if months:
            _made_of(attacker, content, months)
    return attacker


def small_cells(full: Content) -> Iterator[tuple[Key, int]]:
    """Every count from one to four that a content states."""
    counts = {f["key"] for f in full["figures"] if f["counts"]}
    for key, cell in _cells(full):
        if key[2] in counts and cell is not None and 0 < cell < 5:
            yield key, cell


def sums_of_few(full: Content) -> Iterator[tuple[Key, float]]:
    """Hours and sales in rows of the tables in which the count they stand for is small."""
    behind = {
        "bookings.hours": "bookings.businesses",
        "equipment.hours": "equipment.businesses",
        "programs.broadcast_sales": "programs.broadcast_businesses",
        "programs.settled_sales": "programs.settled_businesses",
        "programs.sales": "programs.businesses_with_figures",
    }
    cells = dict(_cells(full))
    for key, cell in cells.items():
        count = cells.get((*key[:2], behind.get(key[2], ""), *key[3:]))
        if cell is not None and float(cell) and count is not None and 0 < count < 5:
            yield key, float(cell)


def _cells(content: Content) -> Iterator[tuple[Key, Any]]:
    period = content["period"]["key"]
    for table in content["tables"]:
        lines = [(table["cut"]["key"], row["key"], row["cells"]) for row in table["rows"]]
        if table["total"]:
            lines.append(("", "", table["total"]))
        for cut, row, cells in lines:
            for figure, cell in zip(table["columns"], cells, strict=True):
                yield (period, 1, figure, cut, row), cell


def _perhaps_none(attacker: Attacker, content: Content) -> None:
    """A count hidden in its own period is above nothing; other numbers and who came back in a
    longer period may be anything."""
    counts = {f["key"] for f in content["figures"] if f["counts"]}
    is_month = content["period"]["kind"] == "month"
    for key in attacker.index:
        if key[0] == content["period"]["key"] and (
            key[2] not in counts or key[3] == "to_date" or (key[2] in _ANEW and not is_month)
        ):
            attacker.perhaps_none.add(key)


def _targets(attacker: Attacker, content: Content) -> None:
    period = content["period"]["key"]
    for target in content["targets"]:
        attacker._see((period, 1, target["key"], "", ""), target["result"])
        attacker._see((period, 1, target["key"], "to_date", ""), target["to_date"])


def _beside(attacker: Attacker, content: Content) -> None:
    """What is never more than what, in the same place."""
    for place in {(*key[:2], *key[3:]) for key, _cell in _cells(content)}:
        for less, more in LESS:
            keys = [(*place[:2], figure, *place[2:]) for figure in (less, more)]
            if all(map(attacker.knows, keys)):
                attacker.limit(keys[:1], keys[1:])


def _nested(attacker: Attacker, content: Content) -> None:
    """Rows that are parts of a row of another table; rounding aside."""
    figures = {f["key"]: f for f in content["figures"]}
    period = content["period"]["key"]
    for table in content["tables"]:
        parent = table["cut"].get("parent", "")
        for within in {row.get("within", "") for row in table["rows"]} - {""}:
            rows = [row["key"] for row in table["rows"] if row.get("within") == within]
            for figure in table["columns"]:
                whole = (period, 1, figure, parent, within)
                parts = [(period, 1, figure, table["cut"]["key"], row) for row in rows]
                if attacker.knows(whole):
                    _adds_up(attacker, figures[figure], [whole], parts)


def _adds_up(attacker: Attacker, figure: Content, whole: Sequence[Key], parts: list[Key]) -> None:
    if figure["additive"] and not figure["decimals"]:
        attacker.equate(whole, parts)
    elif figure["additive"]:
        slack = (len(parts) + 1) / 2 / 10 ** figure["decimals"]
        attacker.limit(whole, parts, slack)
        attacker.limit(parts, whole, slack)
    elif figure["counts"]:  # businesses, each once
        attacker.limit(whole, parts)
        for part in parts:
            attacker.limit([part], whole)


def _months(content: Content, contents: Sequence[Content]) -> list[Content]:
    period = content["period"]
    if period["kind"] == "month":
        return []
    inside = [c for c in contents if c["period"]["kind"] == "month"]
    return [
        c
        for c in inside
        if period["starts"] <= c["period"]["starts"] and c["period"]["ends"] <= period["ends"]
    ]


def _made_of(attacker: Attacker, content: Content, months: Sequence[Content]) -> None:
    """A longer period is what its months are together; each month is a row of one table."""
    figures = {f["key"]: f for f in content["figures"]}
    names = [month["period"]["key"] for month in months]
    for key, _cell in _cells(content):
        _period, version, name, cut, row = key
        if cut == "month":
            if row in names:
                attacker.equate([key], [(row, version, name, "", "")])
            continue
        parts = [(month, version, name, cut, row) for month in names]
        parts = [part for part in parts if attacker.knows(part)]
        if name not in _ANEW:
            _adds_up(attacker, figures[name], [key], parts)


#: who came back is asked of each period anew
_ANEW = ("bookings.returning_businesses", "bookings.new_businesses")
