"""What happened in the programs of a period as SQL: one statement for every figure of a cut.

A fact is one thing at one instant – an application handed in, a place given, a consultation
closed – with its business, its program and, where it has any, its numbers. It belongs to the
period its instant lies in. What a program brought (``brought``, ``answered``, ``missing`` …)
stands at the beginning of the Korean day on which the program ended for the business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bookings.reports import facts as house
from center.figures import WHOLE, Counted, Group, Number, Wish
from merchants.reports import firms
from programs.models import ApplicationState
from programs.reports import parts

#: the row of programs that are reached by their address alone
UNLISTED = "unlisted"
#: the row of programs the house holds without a partner
NO_PARTNER = "none"


def _how_many(what: str) -> str:
    return f"count(*) FILTER (WHERE f.what = '{what}')"


def _firms(what: str) -> str:
    return f"count(DISTINCT f.merchant_id) FILTER (WHERE f.what = '{what}')"


def _sum(what: str, number: str) -> str:
    return f"sum(f.{number}) FILTER (WHERE f.what = '{what}')"


#: what one statement counts for each row; sums nobody contributed to are None
_SELECT = {
    "applied": _how_many("applied"),
    "selected": _how_many("selected"),
    "businesses": _firms("selected"),
    "products": _how_many("product"),
    "completed": _how_many(ApplicationState.COMPLETED),
    "not_completed": _how_many(ApplicationState.NOT_COMPLETED),
    "certificates": _how_many("certificate"),
    "sessions": _how_many("session"),
    "consultations": _how_many("consultation"),
    "advised": _firms("consultation"),
    "broadcasts": _how_many("broadcast"),
    "broadcast_businesses": _firms("broadcast"),
    "broadcast_viewers": _sum("broadcast", "viewers"),
    "broadcast_orders": _sum("broadcast", "orders"),
    "broadcast_sales": _sum("broadcast", "sales"),
    "settled": _how_many("settled"),
    "settled_businesses": _firms("settled"),
    "settled_sales": _sum("settled", "sales"),
    "answered": _how_many("answered"),
    "missing": _how_many("missing"),
    "doubtful": _how_many("doubtful"),
    "with_figures": _how_many("brought"),
    "businesses_with_figures": _firms("brought"),
    "sales": _sum("brought", "sales"),
    "orders": _sum("brought", "orders"),
    "viewers": _sum("brought", "viewers"),
    "compared": _how_many("compared"),
    "businesses_compared": _firms("compared"),
    "compared_sales": _sum("compared", "sales"),
    "baseline": _sum("compared", "baseline"),
    "use_told": _how_many("use_told"),
    "used": _how_many("used"),
    "opinions": _how_many("opinion"),
    "content": _sum("opinion", "content"),
    "conduct": _sum("opinion", "conduct"),
    "usefulness": _sum("opinion", "usefulness"),
}
_KEYS = {
    WHOLE: "''",
    "program_kind": "p.kind",
    "program": f"CASE WHEN p.is_listed THEN p.slug ELSE '{UNLISTED}' END",
    "partner": f"coalesce(nullif(p.partner, ''), '{NO_PARTNER}')",
    "month": "s.key",
    **firms.KEYS,
}
_FILTERS = ("program_kind", "program", "partner")
#: cuts one statement answers together, as for bookings
_TOGETHER = (
    "program",
    "program_kind",
    "partner",
    "district",
    "section",
    "kind",
    "age",
    "market",
)
#: of what a business did, and of what is held for all of a program
CUTS = frozenset(_KEYS)
CUTS_OF_PROGRAMS = CUTS - firms.CUTS
FILTERS = frozenset(_FILTERS) | firms.CUTS
FILTERS_OF_PROGRAMS = frozenset(_FILTERS)

Facts = Mapping[str, Mapping[str, Number]]


def count(wish: Wish, cut: str) -> Facts:
    """Everything in ``_SELECT`` by the key of each row; one statement for most cuts of a wish
    together, one more for each of the others."""
    asked = ("programs", "" if cut in (WHOLE, *_TOGETHER) else cut)
    if asked not in wish.memo:
        wish.memo[asked] = _one(wish, cut) if asked[1] else _together(wish)
    known: Mapping[str, Facts] = wish.memo[asked]
    return known.get(cut, {})


def seen(group: Group, found: Counted) -> Counted:
    """Without the rows in which nothing of the group happened."""
    nothing = group.nothing()
    return {key: row for key, row in found.items() if dict(row) != nothing}


def _one(wish: Wish, cut: str) -> dict[str, Facts]:
    conditions, given = _conditions(wish)
    statement = f"""
        SELECT {_KEYS[cut]}, {", ".join(_SELECT.values())} {_tables(wish, cut)}
        WHERE {conditions} GROUP BY 1"""
    rows = house.rows(wish, statement, given, cut=cut, facts=parts.FACTS)
    return {cut: {row[0]: dict(zip(_SELECT, row[1:], strict=True)) for row in rows}}


def _together(wish: Wish) -> dict[str, dict[str, dict[str, Number]]]:
    names = [f"k.{cut}" for cut in _TOGETHER]
    keys = ", ".join(f"{_KEYS[cut]} AS {cut}" for cut in _TOGETHER)
    cases = " ".join(f"WHEN GROUPING({name}) = 0 THEN '{name[2:]}'" for name in names)
    conditions, given = _conditions(wish)
    statement = f"""
        SELECT CASE {cases} ELSE '' END, coalesce({", ".join(names)}, ''),
            {", ".join(_SELECT.values())}
        {_tables(wish, "kind")} CROSS JOIN LATERAL (SELECT {keys}) k
        WHERE {conditions}
        GROUP BY GROUPING SETS ((), {", ".join(f"({name})" for name in names)})
        HAVING count(*) > 0"""
    found: dict[str, dict[str, dict[str, Number]]] = {}
    for cut, key, *values in house.rows(wish, statement, given, cut="kind", facts=parts.FACTS):
        found.setdefault(cut, {})[key] = dict(zip(_SELECT, values, strict=True))
    return found


def _tables(wish: Wish, cut: str) -> str:
    found = [
        "FROM facts f JOIN spans s ON f.at >= s.low AND f.at < s.high",
        "JOIN programs_program p ON p.id = f.program_id",
    ]
    if firms.needed(wish, cut):
        found += ["LEFT JOIN firms m ON m.id = f.merchant_id", firms.JOINS.get(cut, "")]
    return "\n".join(found)


def _conditions(wish: Wish) -> tuple[str, dict[str, Any]]:
    found, given = firms.conditions(wish)
    for name in sorted(set(_FILTERS) & set(wish.filters)):
        given[f"only_{name}"] = sorted(wish.filters[name])
        found.append(f"{_KEYS[name]} = ANY(%(only_{name})s)")
    return " AND ".join(["true", *found]), given | parts.GIVEN
