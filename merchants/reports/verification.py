"""Verification: what was handed in, what was decided, and how long that took.

Read from the history of the businesses: each step is the first row that carries it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center import business_days, clock, replica
from center.business_days import BusinessDays
from center.figures import WHOLE, Counted, Figure, Group, Number, Wish, mean

_CASES = pgettext_lazy("unit", "cases")
_SOURCE = _("History of the businesses' entries")

FIGURES = (
    Figure(
        "merchants.submitted",
        _("Registrations handed in"),
        _CASES,
        _("Registrations handed in within the period; again after a return counts again"),
        _SOURCE,
        counts=True,
    ),
    Figure(
        "merchants.verified",
        _("Verified cases"),
        _CASES,
        _("Decisions of the period to verify, renewals and changes included"),
        _SOURCE,
        counts=True,
    ),
    Figure(
        "merchants.returned",
        _("Cases returned"),
        _CASES,
        _("Decisions of the period to return a registration for correction"),
        _SOURCE,
        counts=True,
    ),
    Figure(
        "merchants.days_to_decide",
        _("Working days to decide"),
        pgettext_lazy("unit", "days"),
        _(
            "Working days from the day a case began to wait to the day of the decision, that day"
            " itself 0; mean of the decisions of the period"
        ),
        _SOURCE,
        decimals=1,
        additive=False,
        parts=("merchants.verified", "merchants.returned"),
    ),
)

_KEYS = {
    WHOLE: "''",
    "month": "to_char(step.at AT TIME ZONE 'Asia/Seoul', 'YYYY-MM')",
    "kind": "step.kind",
    "district": "coalesce(nullif(step.district, ''), 'unknown')",
    "section": "coalesce(nullif(step.section, ''), 'unknown')",
}
_FILTERS = frozenset({"kind", "district", "section"})

# The row before tells whether a row is the step itself or only carries it on.
_STEPS = """
SELECT {key} AS key, what, (since AT TIME ZONE 'Asia/Seoul')::date,
    (at AT TIME ZONE 'Asia/Seoul')::date, count(*)
FROM (
    SELECT 'submitted' AS what, e.submitted_at AS at, NULL::timestamptz AS since,
        e.kind, e.district, e.section
    FROM merchants_merchantevent e {before}
    WHERE e.submitted_at >= %(low)s AND e.submitted_at < %(until)s AND e.state = 'submitted'
        AND was.state IS DISTINCT FROM 'submitted'
    UNION ALL
    SELECT e.state, e.decided_at,
        CASE WHEN was.state = 'submitted' THEN was.submitted_at
            ELSE coalesce(was.review_asked_at, was.status_checked_at) END,
        e.kind, e.district, e.section
    FROM merchants_merchantevent e {before}
    WHERE e.decided_at >= %(low)s AND e.decided_at < %(until)s
        AND e.state IN ('verified', 'returned')
        AND was.decided_at IS DISTINCT FROM e.decided_at
) step
WHERE {conditions}
GROUP BY 1, 2, 3, 4
"""
_BEFORE = """
    LEFT JOIN LATERAL (
        SELECT p.* FROM merchants_merchantevent p
        WHERE p.pgh_obj_id = e.pgh_obj_id AND p.pgh_id < e.pgh_id
        ORDER BY p.pgh_id DESC LIMIT 1
    ) was ON true"""


@dataclass
class _Sum:
    submitted: int = 0
    verified: int = 0
    returned: int = 0
    days: int = 0
    timed: int = 0

    def values(self) -> dict[str, Number]:
        return {
            "merchants.submitted": self.submitted,
            "merchants.verified": self.verified,
            "merchants.returned": self.returned,
            "merchants.days_to_decide": mean(self.days, self.timed),
        }


def _count(wish: Wish, cut: str) -> Counted:
    """One statement, besides the house's holidays."""
    days, sums = business_days.current(), defaultdict[str, _Sum](_Sum)
    for key, what, since, at, count in _steps(wish, cut):
        found = sums[key]
        setattr(found, what, getattr(found, what) + count)
        if since is not None:
            found.days += count * _working_days(days, since, at)
            found.timed += count
    return {key: found.values() for key, found in sums.items()}


def _steps(wish: Wish, cut: str) -> list[tuple[Any, ...]]:
    given: dict[str, Any] = {"low": wish.period.bounds[0], "until": wish.until}
    conditions = ["true"]
    for name in sorted(wish.filters):
        given[f"only_{name}"] = sorted(wish.filters[name])
        conditions.append(f"{_KEYS[name]} = ANY(%(only_{name})s)")
    statement = _STEPS.format(key=_KEYS[cut], before=_BEFORE, conditions=" AND ".join(conditions))
    with replica.connection().cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())


def _working_days(days: BusinessDays, since: dt.date, at: dt.date) -> int:
    """How many working days come after ``since``, up to and with ``at``."""
    span = (since + n * clock.DAY for n in range(1, (at - since).days + 1))
    return sum(days.is_business_day(day) for day in span)


VERIFICATION = Group("merchants.verification", FIGURES, frozenset(_KEYS), _FILTERS, _count)
