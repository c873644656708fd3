"""The figures of bookings: usage, utilisation, equipment, waiting list, satisfaction.

``register`` is called once, when the app starts.
"""

from __future__ import annotations

from bookings.reports.cuts import CUTS
from bookings.reports.equipment import EQUIPMENT
from bookings.reports.satisfaction import SATISFACTION
from bookings.reports.tables import TABLES
from bookings.reports.usage import RETURNING, USAGE
from bookings.reports.utilisation import UTILISATION
from bookings.reports.waiting import WAITING
from center.figures import registry


def register() -> None:
    registry.add(
        groups=(USAGE, RETURNING, UTILISATION, WAITING, SATISFACTION, EQUIPMENT),
        cuts=CUTS,
        tables=TABLES,
    )
