"""What reports hold about a person, for the export of one's own data."""

from __future__ import annotations

from center.exports import Part
from center.models import User
from center.reports.models import SavedTable, Subscription


def subscriptions_of(user: User) -> Part:
    """Since when links to new reports were wanted, and until when."""
    rows = Subscription.objects.filter(owner=user).order_by("created_at")
    told = [
        {
            "every": str(each.get_every_display()),
            "subscribed": each.created_at,
            "last_link": each.last_sent_at,
            "stopped": each.stopped_at,
        }
        for each in rows
    ]
    return told, []


def saved_tables_of(user: User) -> Part:
    """Tables of figures the person keeps; the figures themselves are nobody's data."""
    rows = SavedTable.objects.filter(owner=user)
    told = [{"name": row.name, "choice": row.query, "saved": row.created_at} for row in rows]
    return told, []
