"""The figures of businesses, and how businesses are divided.

``register`` is called once, when the app starts.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from center.figures import Table, registry
from merchants.reports.cuts import CUTS
from merchants.reports.verification import FIGURES, VERIFICATION

TABLES = (
    Table(
        "verification_by_kind",
        _("Verification of businesses"),
        "kind",
        tuple(figure.key for figure in FIGURES),
        note=_("Businesses as they were at each step."),
        rank=70,
    ),
)


def register() -> None:
    registry.add(groups=(VERIFICATION,), cuts=CUTS, tables=TABLES)
