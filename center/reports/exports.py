"""What reports hold about a person, for the export of one's own data."""

from __future__ import annotations

from center.exports import Part
from center.models import User
from center.reports.models import Subscription


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
