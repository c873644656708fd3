"""What the portal has told a person, and how, for the export of one's own data."""

from __future__ import annotations

from django.db.models import F

from center.exports import Part
from center.models import User
from center.notifications import routing
from center.notifications.models import Message


def messages_to(user: User) -> Part:
    """Everything that arrived, through whichever channel, in the words of then."""
    arrived = Message.objects.sent().filter(recipient=user).order_by("sent_at", "pk")
    fields = ["kind", "channel", "address", "subject", "body", "delivered_at", "read_at"]
    return list(arrived.values(*fields, at=F("sent_at"))), []


def ways_to(user: User) -> Part:
    """By which way the person wants to be told first, group by group."""
    return routing.choices_of(user), []
