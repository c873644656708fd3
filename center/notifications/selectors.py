"""What pages and checks ask about messages."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import Http404

from center import clock
from center.models import User
from center.notifications.models import Message

#: unread messages are counted up to here; more read "99+"
COUNTED = 100


def unread_count(user: User) -> int:
    """How many messages wait in the inbox, at most ``COUNTED``: one short query."""
    return Message.objects.inbox_of(user.pk).unread().order_by()[:COUNTED].count()


def message_for(user: User, pk: int) -> Message:
    """A message in the person's own inbox; anybody else's does not exist for him."""
    message = Message.objects.inbox_of(user.pk).filter(pk=pk).first()
    if message is None:
        raise Http404
    return message


def health() -> str:
    """``ok``, or for how long the oldest due message has been waiting, once that is too long."""
    now = clock.now()
    since = Message.objects.all().overdue_since(now)
    if since is None or now - since <= dt.timedelta(seconds=settings.MESSAGE_OVERDUE_SECONDS):
        return "ok"
    return f"oldest waits {int((now - since).total_seconds())} s"
