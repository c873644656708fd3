"""The waiting list: who waited, and who got a time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bookings.models import WaitingState
from bookings.reports import facts, words
from bookings.reports.cuts import ANY
from center.figures import Counted, Figure, Group, Wish
from merchants.reports import firms

FIGURES = (
    Figure(
        "bookings.waiting",
        _("On the waiting list"),
        words.ENTRIES,
        _("Entries of the waiting list for a day of the period, whatever became of them"),
        words.FROM_WAITING,
        counts=True,
    ),
    Figure(
        "bookings.waiting_served",
        _("Waited and got a time"),
        words.ENTRIES,
        _("Entries for a day of the period that ended with a booking"),
        words.FROM_WAITING,
        counts=True,
    ),
)

_ENTRIES = f"""
    SELECT w.id, w.merchant_id AS who, w.starts, w.state, coalesce(space.slug, '{ANY}') AS slug,
        coalesce(space.category, w.category) AS category
    FROM bookings_waiting w LEFT JOIN bookings_resource space ON space.id = w.resource_id
    WHERE w.starts >= %(low)s AND w.starts < %(until)s"""  # noqa: S608  (made of our own constants)
_FACTS = f"facts AS MATERIALIZED ({firms.by_number(_ENTRIES)})"
_SOURCE = f"""
FROM facts f JOIN spans s ON {facts.HERE}
CROSS JOIN LATERAL (SELECT f.slug, f.category) r"""
_SELECT = f"count(*), count(*) FILTER (WHERE f.state = '{WaitingState.TAKEN}')"


def _count(wish: Wish, cut: str) -> Counted:
    found = facts.count(_SELECT, wish, cut, facts=_FACTS, source=_SOURCE)
    return {
        key: {"bookings.waiting": entries, "bookings.waiting_served": served}
        for key, (entries, served) in found.items()
    }


WAITING = Group("bookings.waiting", FIGURES, facts.CUTS, facts.FILTERS, _count)
