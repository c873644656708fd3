"""The figures of businesses, and how businesses are divided.

``register`` is called once, when the app starts.
"""

from __future__ import annotations

from center.figures import registry
from merchants.reports.cuts import CUTS


def register() -> None:
    registry.add(cuts=CUTS)
