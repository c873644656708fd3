"""Somebody who lays all editions of a year side by side: what each says of the others.

Written from the words of the figures: what adds up over months, what is never more than what,
which rows are parts of which, what did not change from one version to the next. Feeds
``Attacker``; shares nothing with the disclosure control.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

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
    ("programs.used", "programs.use_told"),
    ("programs.doubtful", "programs.answered"),
)
Content = dict[str, Any]


class Edition(NamedTuple):
    """What was handed out, what is behind it, and which version of each month it counts, as its
    note says: 0 where the data had changed since, which the next version may state."""

    public: Content
    full: Content
    version: int
    counts: Mapping[str, int]

    @property
    def key(self) -> str:
        return self.public["period"]["key"]


def attack(handed_out: Sequence[Edition]) -> Attacker:
    """``handed_out``: in that order."""
    attacker = Attacker()
    editions = [_with_next(each, handed_out[n + 1 :]) for n, each in enumerate(handed_out)]
    for each in editions:
        attacker.read(each.public, each.version, identities=SUMS)
        _targets(attacker, each)
        _perhaps_none(attacker, each)
    for n, each in enumerate(editions):
        _beside(attacker, each)
        _nested(attacker, each)
        _unchanged(attacker, each, editions[:n])
        _made_of(attacker, each, editions)
    return attacker


def _with_next(edition: Edition, later: Sequence[Edition]) -> Edition:
    """A month that had changed counts as its next version, where that states the same."""
    rows: dict[str, dict[str, Any]] = {}
    for (_period, _version, figure, cut, row), cell in _cells(edition.full, edition.version):
        if cut == "month":
            rows.setdefault(row, {})[figure] = cell
    counts = dict(edition.counts)
    for each in reversed(later):
        if edition.counts.get(each.key) == 0:
            totals = {key[2]: cell for key, cell in _cells(each.full, each.version) if not key[3]}
            same = rows.get(each.key, {}).items() <= totals.items()
            counts[each.key] = each.version if same else 0
    return edition._replace(counts=counts)


def small_cells(edition: Edition) -> Iterator[tuple[Key, int]]:
    """Every count from one to four that an edition is made from."""
    counts = {f["key"] for f in edition.full["figures"] if f["counts"]}
    for key, cell in _cells(edition.full, edition.version):
        if key[2] in counts and cell is not None and 0 < cell < 5:
            yield key, cell


def sums_of_few(edition: Edition) -> Iterator[tuple[Key, float]]:
    """Hours and sales in rows of the tables in which the count they stand for is small."""
    behind = {
        "bookings.hours": "bookings.businesses",
        "equipment.hours": "equipment.businesses",
        "programs.broadcast_sales": "programs.broadcast_businesses",
        "programs.settled_sales": "programs.settled_businesses",
        "programs.sales": "programs.businesses_with_figures",
    }
    cells = dict(_cells(edition.full, edition.version))
    for key, cell in cells.items():
        count = cells.get((*key[:2], behind.get(key[2], ""), *key[3:]))
        if cell is not None and float(cell) and count is not None and 0 < count < 5:
            yield key, float(cell)


def _cells(content: Content, version: int) -> Iterator[tuple[Key, Any]]:
    period = content["period"]["key"]
    for table in content["tables"]:
        lines = [(table["cut"]["key"], row["key"], row["cells"]) for row in table["rows"]]
        if table["total"]:
            lines.append(("", "", table["total"]))
        for cut, row, cells in lines:
            for figure, cell in zip(table["columns"], cells, strict=True):
                yield (period, version, figure, cut, row), cell


def _perhaps_none(attacker: Attacker, edition: Edition) -> None:
    """A count hidden in its own period is above nothing; other numbers, who came back in a
    longer period, and what is hidden since it stood otherwise may be anything."""
    figures = {f["key"]: f for f in edition.public["figures"]}
    is_month = edition.public["period"]["kind"] == "month"
    is_first = edition.version == 1 and (is_month or set(edition.counts.values()) <= {1})
    for key in attacker.index:
        if key[:2] == (edition.key, edition.version) and (
            not is_first
            or key[3] == "to_date"
            or not figures[key[2]]["counts"]
            or (key[2] in _ANEW and not is_month)
        ):
            attacker.perhaps_none.add(key)


def _targets(attacker: Attacker, edition: Edition) -> None:
    for target in edition.public["targets"]:
        place = (edition.key, edition.version, target["key"])
        attacker._see((*place, "", ""), target["result"])
        attacker._see((*place, "to_date", ""), target["to_date"])


def _beside(attacker: Attacker, edition: Edition) -> None:
    """What is never more than what, in the same place."""
    cells = _cells(edition.public, edition.version)
    for place in dict.fromkeys((*key[:2], *key[3:]) for key, _cell in cells):
        for less, more in LESS:
            keys = [(*place[:2], figure, *place[2:]) for figure in (less, more)]
            if all(map(attacker.knows, keys)):
                attacker.limit(keys[:1], keys[1:])


def _nested(attacker: Attacker, edition: Edition) -> None:
    """Rows that are parts of a row of another table, or of the whole."""
    figures = {f["key"]: f for f in edition.public["figures"]}
    place = (edition.key, edition.version)
    for table in edition.public["tables"]:
        rows, cut = table["rows"], table["cut"]
        groups = {(cut.get("parent", ""), row["within"]) for row in rows if row.get("within")}
        for parent, within in [*sorted(groups), ("", "")]:
            parts = [row["key"] for row in rows if within in ("", row.get("within"))]
            for n, figure in enumerate(table["columns"]):
                whole = (*place, figure, parent, within)
                keys = [(*place, figure, cut["key"], row) for row in parts]
                is_read = within == "" and attacker._sums(edition.public, table, n)
                is_anew = cut["key"] == "month" and figure in _ANEW
                if not attacker.knows(whole) or is_read or is_anew:
                    continue
                if within or table["total"]:
                    _adds_up(attacker, figures[figure], [whole], keys)
                else:  # who stands in several rows, or in none: the table has no total
                    for key in keys:
                        attacker.limit([key], [whole])


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


def _unchanged(attacker: Attacker, edition: Edition, earlier: Sequence[Edition]) -> None:
    """What stands in a version as it stood in an earlier one."""
    for other in earlier:
        if other.key == edition.key:
            before = {(*key[:1], *key[2:]): cell for key, cell in _cells(other.full, 0)}
            for key, cell in _cells(edition.full, edition.version):
                if cell is not None and before.get((*key[:1], *key[2:])) == cell:
                    attacker.equate([key], [(key[0], other.version, *key[2:])])


def _parts(edition: Edition, editions: Sequence[Edition]) -> Iterator[list[Edition]]:
    """The months it is made of, and the quarters and halves that count the same months."""
    period = edition.public["period"]
    for kind in _SHORTER[period["kind"]]:
        found = {}
        for each in editions:
            inside = each.public["period"]
            same = {each.key: each.version} if kind == "month" else each.counts
            if (
                inside["kind"] == kind
                and period["starts"] <= inside["starts"] < inside["ends"] <= period["ends"]
                and 0 not in same.values()
                and same.items() <= edition.counts.items()
            ):
                found[each.key] = each
        yield list(found.values())


def _made_of(attacker: Attacker, edition: Edition, editions: Sequence[Edition]) -> None:
    """A longer period is what its parts are together; each month is a row of one table."""
    figures = {f["key"]: f for f in edition.public["figures"]}
    period = edition.public["period"]
    for parts in _parts(edition, editions):
        is_all = (
            sum(_MONTHS[part.public["period"]["kind"]] for part in parts) == _MONTHS[period["kind"]]
        )
        for key, _cell in _cells(edition.public, edition.version):
            _period, _version, name, cut, row = key
            if cut == "month":
                for part in parts:
                    if part.key == row:
                        attacker.equate([key], [(row, part.version, name, "", "")])
                continue
            keys = [(part.key, part.version, name, cut, row) for part in parts]
            if is_all and name not in _ANEW:
                _adds_up(attacker, figures[name], [key], [k for k in keys if attacker.knows(k)])


_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_SHORTER: Mapping[str, Sequence[str]] = {
    "month": (),
    "quarter": ("month",),
    "half": ("month", "quarter"),
    "year": ("month", "quarter", "half"),
}
#: who came back is asked of each period anew
_ANEW = ("bookings.returning_businesses", "bookings.new_businesses")
