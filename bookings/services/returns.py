"""Reminding businesses of devices they have: before they are due, and when they are overdue."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import CharField, Exists, Func, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from bookings import house
from bookings.messages import equipment as messages
from bookings.models import HandOver
from bookings.services.facts import rules_for
from center import clock
from center.notifications.kinds import Kind
from center.notifications.models import Message

#: so long before the end somebody hears of it
AHEAD = dt.timedelta(hours=1)
#: overdue is told on the next day, not at night
MORNING = dt.time(9)
_SECONDS = "floor(extract(epoch FROM %(expressions)s))::bigint::text"


@transaction.atomic
def remind(*, now: dt.datetime) -> int:
    """Tell of what is due back within the hour, and on the day after of what did not come.

    Each once for the moment it is due, found by one query a kind. Returns how many were told; safe to run at any time,
    twice and side by side.
    """
    due, late = list(_due(now)), list(_late(now))
    settings = house.current() if late else None
    for hand_over in due:
        messages.due(hand_over)
    for hand_over in late:
        day = clock.day_of(hand_over.booking.starts)
        rules = rules_for(hand_over.unit.resource, day, settings)
        messages.overdue(hand_over, penalty=rules.overdue_factor > 0)
    return len(due) + len(late)


def _due(now: dt.datetime) -> QuerySet[HandOver]:
    """Also what was due earlier today, where no worker ran."""
    today = clock.at(clock.day_of(now))
    return _untold(messages.DUE).filter(due_back__lte=now + AHEAD, due_back__gte=today)


def _late(now: dt.datetime) -> QuerySet[HandOver]:
    """Due on a day before the last morning."""
    day = clock.day_of(now)
    if now < clock.at(day, MORNING):
        day -= clock.DAY
    return _untold(messages.OVERDUE).filter(due_back__lt=clock.at(day))


def _untold(kind: Kind) -> QuerySet[HandOver]:
    due = Func(OuterRef("due_back"), template=_SECONDS, output_field=CharField())
    number = Cast(OuterRef("pk"), CharField())
    key = Concat(Value(f"{kind.key}:"), number, Value(":"), due)  # as ``messages.key_of``
    told = Message.objects.filter(dedupe_key=key)
    return (
        HandOver.objects.out()
        .filter(~Exists(told), booking__merchant__memberships__isnull=False)
        .select_related("unit__resource", "booking__merchant")
        .prefetch_related("booking__merchant__memberships__user")
        .distinct()
        .order_by("pk")
    )
