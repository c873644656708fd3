"""The tables of the standing report about programs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from center.figures import Table

# A ratio stands beside all the counts it is made of, a sum beside the count of those who
# contributed: hidden with them, they cannot be worked out from it.
_TAKING_PART = (
    "programs.applied",
    "programs.selected",
    "programs.completed",
    "programs.not_completed",
    "programs.completion_rate",
)
_AFTERWARDS = (
    "programs.with_figures",
    "programs.businesses_with_figures",
    "programs.sales",
    "programs.orders",
    "programs.viewers",
)
_SAID = ("programs.opinions", "programs.satisfaction")

TABLES = (
    Table(
        "programs_by_kind",
        _("Programs by kind"),
        "program_kind",
        (
            *_TAKING_PART,
            "programs.businesses",
            "programs.products",
            "programs.certificates",
            "programs.sessions",
            "programs.consultations",
        ),
        note=_(
            "Who was selected for programs of several kinds stands in each of their rows, so"
            " businesses do not sum to the total."
        ),
        drawn="programs.selected",
        rank=40,
    ),
    Table(
        "programs_sold_by_kind",
        _("What programs brought, by kind"),
        "program_kind",
        (
            "programs.broadcasts",
            "programs.broadcast_businesses",
            "programs.broadcast_viewers",
            "programs.broadcast_sales",
            "programs.settled",
            "programs.settled_businesses",
            "programs.settled_sales",
        ),
        drawn="programs.broadcast_sales",
        rank=41,
    ),
    Table(
        "programs_afterwards_by_kind",
        _("What came after programs, by kind"),
        "program_kind",
        (
            *_AFTERWARDS,
            "programs.compared",
            "programs.businesses_compared",
            "programs.change",
            "programs.use_told",
            "programs.used",
            "programs.use_rate",
            "programs.missing",
        ),
        note=_(
            "Sales in broadcasts and exhibitions may be part of the sales afterwards, so they are"
            " not added up. Answers that are missing or doubtful are in none of the sums."
        ),
        drawn="programs.sales",
        rank=41,
    ),
    Table(
        "programs",
        _("Programs"),
        "program",
        (*_TAKING_PART, "programs.sessions", *_AFTERWARDS, *_SAID),
        note=_("Calls that opened in the period, and programs of which anything happened in it."),
        drawn="programs.selected",
        rank=42,
    ),
)
