"""Accounts nobody uses: told a month before, then closed, as the privacy policy promises."""

from __future__ import annotations

import datetime as dt

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from center import clock, closing, retention
from center.errors import RuleViolation
from center.models import User
from center.notifications import services
from center.notifications.messages import ACCOUNT_IDLE
from center.notifications.models import INBOX, Message

log = structlog.get_logger(__name__)

NOTICE = 30 * clock.DAY
#: so many a day, so that a house that begins with this late sends no flood
LIMIT = 500


def tell(*, now: dt.datetime) -> int:
    """Write to those whose time is over in ``NOTICE``, once for each time of not using it;
    returns how many were told."""
    soon = retention.idle_accounts(now + NOTICE).exclude(Exists(_notices()))
    told = list(soon.order_by("pk")[:LIMIT])
    with transaction.atomic():
        for person in told:
            _tell(person, now)
    return len(told)


def close(*, now: dt.datetime) -> int:
    """Close those who were told ``NOTICE`` ago and still have not come; returns how many.
    What stands in the way of leaving stands in the way here, too: they are left and logged, and
    however many they are, the others get their turn."""
    closed, after = 0, 0
    while closed < LIMIT and (ids := _page(now, after, LIMIT - closed)):
        closed += sum(_close(pk, now) for pk in ids)
        after = ids[-1]
    return closed


def _page(now: dt.datetime, after: int, size: int) -> list[int]:
    rows = _due(now).filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:size])


def _notices() -> QuerySet[Message]:
    """That went to a person after the account was used last."""
    last_used = Coalesce(OuterRef("last_login"), OuterRef("date_joined"))
    return Message.objects.filter(
        kind=ACCOUNT_IDLE.key, channel=INBOX, recipient=OuterRef("pk"), created_at__gt=last_used
    )


def _due(now: dt.datetime) -> QuerySet[User]:
    told = _notices().filter(created_at__lte=now - NOTICE)
    return retention.idle_accounts(now).filter(Exists(told))


def _tell(person: User, now: dt.datetime) -> None:
    last_used = person.last_login or person.date_joined
    services.queue(
        kind=ACCOUNT_IDLE,
        recipient=person,
        context={
            "name": person.get_short_name(),
            "closes_on": clock.day_of(now + NOTICE),
            "years": settings.ACCOUNT_IDLE_YEARS,
        },
        dedupe_key=f"account_idle:{person.pk}:{last_used:%Y%m%d%H%M%S}",
        link=reverse("account_login"),
    )


def _close(pk: int, now: dt.datetime) -> bool:
    """Unless the person has logged in at the last moment, or may not leave yet."""
    try:
        with transaction.atomic():
            person = _due(now).filter(pk=pk).select_for_update(no_key=True).first()
            if person is None:
                return False
            closing.close(user=person, ground=closing.UNUSED)
    except RuleViolation as refusal:
        log.warning("idle_account_kept", person=pk, codes=refusal.codes)
        return False
    return True
