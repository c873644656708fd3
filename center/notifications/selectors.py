"""What pages and checks ask about messages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import TruncHour
from django.http import Http404
from django.utils.http import urlencode

from center import clock
from center.models import User
from center.notifications.models import INBOX, Message, MessageState

#: unread messages are counted up to here
COUNTED = 100
#: given up within an hour: from so many on the fault is hardly the recipients'
MANY_LOST = 20
_HOURS = 24
_HOUR = dt.timedelta(hours=1)


# By hand, as every page of everybody who is logged in asks it.
_UNREAD_SQL = """
SELECT count(*) FROM (
    SELECT FROM notifications_message
    WHERE channel = %s AND state = %s AND recipient_id = %s AND read_at IS NULL LIMIT %s
) unread
"""


def unread_count(user: User) -> int:
    """How many messages wait in the inbox, at most ``COUNTED``: one short query."""
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD_SQL, [INBOX, MessageState.SENT, user.pk, COUNTED])
        return int(cursor.fetchone()[0])


def message_for(user: User, pk: int) -> Message:
    """A message in the person's own inbox; anybody else's does not exist for him."""
    message = Message.objects.inbox_of(user.pk).filter(pk=pk).first()
    if message is None:
        raise Http404
    return message


def health() -> str:
    """``ok``, or for how long the oldest due message has been waiting, once that is too long,
    or how many were given up in the last hour, once they are too many for a few wrong
    addresses; fewer are named behind the ``ok``."""
    now = clock.now()
    age = oldest_age(now)
    if _is_too_old(age):
        return f"oldest waits {int(age.total_seconds())} s"
    lost = Message.objects.lost().filter(given_up_at__gt=now - _HOUR).count()
    said = f"{lost} given up in the last hour"
    if lost >= MANY_LOST:
        return said
    return f"ok, {said}" if lost else "ok"


def _is_too_old(age: dt.timedelta) -> bool:
    return age > dt.timedelta(seconds=settings.MESSAGE_OVERDUE_SECONDS)


def oldest_age(now: dt.datetime) -> dt.timedelta:
    """How long the message that waits longest should have been on its way; zero if none."""
    since = Message.objects.all().overdue_since(now)
    return now - since if since else dt.timedelta(0)


@dataclass(frozen=True)
class Outbox:
    """The outbox at one moment: numbers of messages, and the age of the oldest due one.
    ``lost`` were given up and told nobody by another way."""

    due: int
    later: int
    leased: int
    failed: int
    lost: int
    oldest_minutes: int
    too_old: bool


def outbox_now() -> Outbox:
    now = clock.now()
    age = oldest_age(now)
    counts = Message.objects.claimable().aggregate(
        due=Count("pk", filter=Q(due_at__lte=now)),
        later=Count("pk", filter=Q(state=MessageState.WAITING, due_at__gt=now)),
        failed=Count("pk", filter=Q(state=MessageState.FAILED, due_at__gt=now)),
    )
    return Outbox(
        **counts,
        leased=Message.objects.leased().count(),
        lost=Message.objects.lost().count(),
        oldest_minutes=int(age.total_seconds() // 60),
        too_old=_is_too_old(age),
    )


@dataclass(frozen=True)
class Hour:
    """What was sent in the hour that began then: out of the house, and into inboxes."""

    start: dt.datetime
    sent_out: int
    inbox: int

    @property
    def address(self) -> str:
        """What the list of messages is asked for to show them, behind the question mark."""
        end = self.start + _HOUR
        return urlencode({"sent_at__gte": self.start.isoformat(), "sent_at__lt": end.isoformat()})


def sent_per_hour() -> list[Hour]:
    """The hours of the last day in which something was sent, newest first."""
    since = clock.now() - dt.timedelta(hours=_HOURS)
    sent = Message.objects.filter(sent_at__gt=since)
    by_hour = sent.annotate(start=TruncHour("sent_at", tzinfo=clock.KST)).values_list("start")
    in_inbox = Q(channel=INBOX)
    counted = by_hour.annotate(
        out=Count("pk", filter=~in_inbox), inside=Count("pk", filter=in_inbox)
    )
    return [Hour(*row) for row in counted.order_by("-start")]
