"""The bookings of a period as SQL: one statement for a group of figures over a cut.

Every statement begins with the same facts. A booking belongs to the period in which its use
begins; the hours of one that reaches over an edge are divided there. What began before the
period is found through the allocations of its first instant, so that the work grows with the
period and not with the history.
"""

from __future__ import annotations

from typing import Any

from bookings.models import BookingSource, BookingState
from center import clock, replica
from center.figures import WHOLE, Wish
from merchants.reports import firms

_USED = sorted(map(str, BookingState.used))
_BOOKED = sorted(map(str, BookingState.booked))

_COLUMNS = f"""
    b.id, b.resource_id, b.merchant_id AS who, b.state, b.starts, b.headcount,
    b.state = ANY(%(used)s) AS used,
    b.closed_at <= b.cancellable_until AS noticed,
    b.source = '{BookingSource.IMPORT}' AS taken_over,
    greatest(b.starts, least(b.ends, b.completed_at, %(until)s)) AS left_at"""

_BOOKINGS = f"""
    SELECT {_COLUMNS} FROM bookings_booking b
    WHERE b.starts >= %(low)s AND b.starts < %(until)s AND b.state = ANY(%(booked)s)
    UNION ALL
    SELECT {_COLUMNS} FROM bookings_booking b
    WHERE b.starts < %(low)s AND b.ends > %(low)s AND b.state = ANY(%(used)s) AND b.id IN (
        SELECT begun.booking_id FROM bookings_unit u CROSS JOIN LATERAL (
            SELECT a.booking_id FROM bookings_allocation a
            WHERE a.unit_id = u.id AND a.during @> %(low)s::timestamptz
        ) begun
    )"""  # noqa: S608  (made of our own constants)
FACTS = f"facts AS MATERIALIZED ({firms.by_number(_BOOKINGS)})"

#: the part of a use, in seconds, that lies within a span
SECONDS = (
    "extract(epoch FROM greatest(interval '0',"
    " least(f.left_at, s.high) - greatest(f.starts, s.low)))"
)
#: the use begins within the span
HERE = "(f.starts >= s.low AND f.starts < s.high)"

_FROM = f"""
FROM facts f
JOIN spans s ON {HERE} OR (f.used AND f.starts < s.low AND f.left_at > s.low)
JOIN bookings_resource r ON r.id = f.resource_id"""
_KEYS = {WHOLE: "''", "space": "r.slug", "category": "r.category", "month": "s.key", **firms.KEYS}
_FILTERS = {"space": "r.slug", "category": "r.category"}
#: cuts one statement answers together; a business of several traits, or a use in several
#: months, stands in several rows and is asked for alone
_TOGETHER = ("space", "category", "district", "section", "kind", "age", "market")
CUTS = frozenset(_KEYS)
FILTERS = frozenset(_FILTERS) | firms.CUTS


def count(
    select: str,
    wish: Wish,
    cut: str,
    *,
    facts: str = FACTS,
    source: str = _FROM,
    joins: str = "",
    where: str = "true",
    key: str = "",
) -> dict[str, tuple[Any, ...]]:
    """``select`` by the key of each row of ``cut``. One statement, shared by most cuts of a
    wish.

    ``f`` is a booking, ``s`` the span it is counted in, ``r`` its space, ``m`` its business
    where the cut or a filter asks for it. ``key`` replaces the expression of the cut.
    """
    if not key and (cut == WHOLE or cut in _TOGETHER):
        asked = ("facts", select, facts, source, joins, where)
        if asked not in wish.memo:
            wish.memo[asked] = _together(select, wish, facts, source, joins, where)
        known: dict[str, dict[str, tuple[Any, ...]]] = wish.memo[asked]
        return known.get(cut, {})
    key = key or _KEYS[cut]
    conditions, given = _conditions(wish)
    statement = f"""
        SELECT {key} AS key, {select} {_tables(wish, cut, source, joins)}
        WHERE {" AND ".join([where, *conditions])} GROUP BY 1"""
    return run(wish, statement, given, cut=cut, facts=facts)


def _together(
    select: str, wish: Wish, facts: str, source: str, joins: str, where: str
) -> dict[str, dict[str, tuple[Any, ...]]]:
    """The whole and each cut of ``_TOGETHER``, in one grouping: cut, key of the row, values."""
    names = [f"k.{cut}" for cut in _TOGETHER]
    keys = ", ".join(f"{_KEYS[cut]} AS {cut}" for cut in _TOGETHER)
    cases = " ".join(f"WHEN GROUPING({name}) = 0 THEN '{name[2:]}'" for name in names)
    conditions, given = _conditions(wish)
    statement = f"""
        SELECT CASE {cases} ELSE '' END, coalesce({", ".join(names)}, ''), {select}
        {_tables(wish, "kind", source, joins)}
        CROSS JOIN LATERAL (SELECT {keys}) k
        WHERE {" AND ".join([where, *conditions])}
        GROUP BY GROUPING SETS ((), {", ".join(f"({name})" for name in names)})
        HAVING count(*) > 0"""
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    for cut, key, *values in rows(wish, statement, given, cut="kind", facts=facts):
        found.setdefault(cut, {})[key] = tuple(values)
    return found


def run(
    wish: Wish, statement: str, given: dict[str, Any], *, cut: str, facts: str = FACTS
) -> dict[str, tuple[Any, ...]]:
    """The rows of a statement over ``spans``, ``facts`` and ``firms``, by their first column."""
    return {row[0]: tuple(row[1:]) for row in rows(wish, statement, given, cut=cut, facts=facts)}


def rows(
    wish: Wish, statement: str, given: dict[str, Any], *, cut: str, facts: str = FACTS
) -> list[tuple[Any, ...]]:
    """The rows of a statement over ``spans``, ``facts`` and, where asked for, ``firms``."""
    tables = ["spans (key, low, high) AS MATERIALIZED (SELECT * FROM unnest("]
    tables[0] += "%(keys)s::text[], %(lows)s::timestamptz[], %(highs)s::timestamptz[]))"
    tables += [firms.SAME, facts]
    if firms.needed(wish, cut):
        tables.append(firms.CTE)
    with replica.connection().cursor() as cursor:
        cursor.execute(f"WITH {', '.join(tables)}\n{statement}", {**_values(wish, cut), **given})
        return list(cursor.fetchall())


def scoped(wish: Wish, cut: str, select: str, where: str) -> tuple[str, dict[str, Any]]:
    """A sub-query of ``select`` with the cut's key, under the wish's filters."""
    conditions, given = _conditions(wish)
    chosen = " AND ".join([where, *conditions])
    return (
        f"SELECT DISTINCT {_KEYS[cut]} AS key, {select} {_tables(wish, cut, _FROM, '')}"
        f" WHERE {chosen}"
    ), given


def _tables(wish: Wish, cut: str, source: str, joins: str) -> str:
    found = [source]
    if firms.needed(wish, cut):
        found.append("LEFT JOIN firms m ON m.id = f.merchant_id")
        found.append(firms.JOINS.get(cut, ""))
    return "\n".join([*found, joins])


def _conditions(wish: Wish) -> tuple[list[str], dict[str, Any]]:
    found, given = firms.conditions(wish)
    for name in sorted(set(_FILTERS) & set(wish.filters)):
        given[f"only_{name}"] = sorted(wish.filters[name])
        found.append(f"{_FILTERS[name]} = ANY(%(only_{name})s)")
    return found, given


def _values(wish: Wish, cut: str) -> dict[str, Any]:
    months = wish.period.months() if cut == "month" else [wish.period]
    return {
        "keys": [part.key for part in months],
        "lows": [clock.at(part.starts) for part in months],
        "highs": [min(clock.at(part.ends), wish.until) for part in months],
        "low": wish.period.bounds[0],
        "used": _USED,
        "booked": _BOOKED,
        **firms.values(wish),
    }
