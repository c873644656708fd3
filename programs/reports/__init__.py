"""The figures of programs: taking part, what was sold, opinions, businesses supported.

``register`` is called once, when the app starts.
"""

from __future__ import annotations

from center.figures import registry
from programs.reports.cuts import CUTS
from programs.reports.opinions import OPINIONS
from programs.reports.sold import BROADCASTS, EXHIBITIONS, OUTCOMES
from programs.reports.supported import SUPPORTED
from programs.reports.tables import TABLES
from programs.reports.taking_part import CONSULTING, SESSIONS, TAKING_PART

GROUPS = (
    SUPPORTED,
    TAKING_PART,
    SESSIONS,
    CONSULTING,
    BROADCASTS,
    EXHIBITIONS,
    OUTCOMES,
    OPINIONS,
)


def register() -> None:
    registry.add(groups=GROUPS, cuts=CUTS, tables=TABLES)
