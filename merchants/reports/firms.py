"""The businesses of a report as SQL, for statements of the apps above.

A business is counted as it was at the end of the period, by its history; where the history
begins later, as it was first known. So each business has one district, section, kind and age
in a period, parts sum to the whole, and what changes later does not move what was reported.
"""

from __future__ import annotations

from typing import Any

from center.figures import Wish

#: the traits as the keys of rows have them, with their columns
TRAITS = {"women": "women_owned", "youth": "youth_owned", "disabled": "disabled_owned"}
#: the row of uses without a business: the house's own
HOUSE = "house"
#: the row of businesses that have not said
UNKNOWN = "unknown"

# Papers of a visitor may name a business that is registered already, or two visitors the same
# one, or somebody has typed in the number of another and was sent back: they are one business,
# and it is as the one says whose number it is.
SAME = """
same AS MATERIALIZED (
    SELECT m.id, first_value(m.id) OVER (
        PARTITION BY m.number
        ORDER BY m.state = 'draft', m.state = 'returned' AND NOT m.keeps_number, m.id
    ) AS first
    FROM merchants_merchant m
    WHERE m.number IN (
        SELECT d.number FROM merchants_merchant d
        WHERE d.number IS NOT NULL
          AND (d.state = 'draft' OR (d.state = 'returned' AND NOT d.keeps_number))
    )
)"""


def by_number(facts: str) -> str:
    """Facts of ``who`` (the key of a business) with ``merchant_id``, one for each number."""
    return f"""
    SELECT told.*, coalesce(same.first, told.who) AS merchant_id
    FROM ({facts}) told LEFT JOIN same ON same.id = told.who"""  # noqa: S608  (our own SQL)


# The history asks for each business by its own index: first the newest row before the end,
# else the oldest after it. Drafts say nothing yet.
CTE = """
firms AS MATERIALIZED (
    SELECT m.id, said.section, said.district, said.kind, said.market_area, said.traits,
        CASE WHEN said.founded_on IS NULL THEN 'unknown'
            WHEN said.founded_on > %(last)s::date - interval '1 year' THEN 'under_1'
            WHEN said.founded_on > %(last)s::date - interval '3 years' THEN '1_to_3'
            WHEN said.founded_on > %(last)s::date - interval '7 years' THEN '3_to_7'
            ELSE 'from_7' END AS age
    FROM (SELECT DISTINCT merchant_id FROM facts WHERE merchant_id IS NOT NULL) asked
    JOIN merchants_merchant m ON m.id = asked.merchant_id
    LEFT JOIN LATERAL (
        SELECT e.* FROM merchants_merchantevent e
        WHERE e.pgh_obj_id = m.id AND e.state <> 'draft'
        ORDER BY e.pgh_created_at >= %(until)s,
            CASE WHEN e.pgh_created_at < %(until)s THEN -e.pgh_id ELSE e.pgh_id END
        LIMIT 1
    ) was ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(nullif(coalesce(was.section, m.section), ''), 'unknown') AS section,
            coalesce(nullif(coalesce(was.district, m.district), ''), 'unknown') AS district,
            coalesce(was.kind, m.kind) AS kind,
            coalesce(nullif(coalesce(was.market_area, m.market_area), ''), 'none') AS market_area,
            CASE WHEN was.id IS NULL THEN m.founded_on ELSE was.founded_on END AS founded_on,
            array_remove(ARRAY[
                CASE WHEN coalesce(was.women_owned, m.women_owned) THEN 'women' END,
                CASE WHEN coalesce(was.youth_owned, m.youth_owned) THEN 'youth' END,
                CASE WHEN coalesce(was.disabled_owned, m.disabled_owned) THEN 'disabled' END
            ], NULL) AS traits
    ) said
)"""

#: of each cut over businesses, what says the row of ``firms`` called ``m``
KEYS = {
    "district": "coalesce(m.district, 'house')",
    "section": "coalesce(m.section, 'house')",
    "kind": "coalesce(m.kind, 'house')",
    "age": "coalesce(m.age, 'house')",
    "market": "coalesce(m.market_area, 'house')",
    "trait": "trait.key",
}
CUTS = frozenset(KEYS)
#: what a cut joins besides; businesses of several traits stand in several rows
JOINS = {"trait": "JOIN LATERAL unnest(m.traits) AS trait (key) ON true"}


def values(wish: Wish) -> dict[str, Any]:
    """What ``CTE`` asks for."""
    return {"last": wish.period.last, "until": wish.until}


def conditions(wish: Wish) -> tuple[list[str], dict[str, Any]]:
    """The wish's filters over businesses as conditions on ``m``, and their values."""
    found: list[str] = []
    given: dict[str, Any] = {}
    for name in sorted(CUTS & set(wish.filters)):
        given[f"only_{name}"] = sorted(wish.filters[name])
        found.append(
            f"m.traits && %(only_{name})s::text[]"
            if name == "trait"
            else f"{KEYS[name]} = ANY(%(only_{name})s)"
        )
    return found, given


def needed(wish: Wish, cut: str) -> bool:
    """Whether the businesses matter at all; reading their history costs as much as counting."""
    return cut in CUTS or bool(CUTS & set(wish.filters))
