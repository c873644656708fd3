"""Links to new editions: by mail to whoever asked for them, in the inbox to officials who have
not. The one writer of subscriptions."""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from center import clock, periods
from center.models import User
from center.notifications.kinds import Kind
from center.notifications.services import queue
from center.periods import PeriodKind
from center.permissions import OFFICIAL
from center.reports.messages import EDITION_OUT, EDITION_READY, SUBSCRIPTION_STOPPED
from center.reports.models import MOST_FAILURES, Edition, Subscription

log = structlog.get_logger(__name__)
_EVERY = {
    PeriodKind.MONTH: Subscription.Every.MONTH,
    PeriodKind.QUARTER: Subscription.Every.QUARTER,
}
#: what the owner must be allowed at every run
RIGHT = "reports.view_edition"


class _NoRight(Exception):
    """The owner may no longer see reports."""


def subscribe(*, owner: User, every: str) -> Subscription:
    """A link to each new edition from now on; the running one if there is one."""
    try:
        with transaction.atomic():
            return Subscription.objects.create(owner=owner, every=every)
    except IntegrityError:
        return Subscription.objects.running().get(owner=owner, every=every)


def unsubscribe(*, owner: User, every: str) -> int:
    """No more links; how many subscriptions that ended."""
    running = Subscription.objects.running().filter(owner=owner, every=every)
    return running.update(stopped_at=clock.now())


def forget(person: User) -> None:
    """Somebody leaves: no more links."""
    Subscription.objects.running().filter(owner=person).update(stopped_at=clock.now())


def tell_of(*, edition: Edition) -> int:
    """Queue the link to an edition for everybody who wants it or is there to read it; how many
    were told.

    Belongs to the transaction that freezes. A subscription whose turn fails does not keep it
    from the others, nor from being frozen.
    """
    period = periods.of_key(edition.period_key)
    every = _EVERY.get(period.kind)
    told = 0
    wanted = Subscription.objects.running().filter(every=every).select_for_update(no_key=True)
    for subscription in wanted.select_related(None):
        try:
            with transaction.atomic():
                _send(subscription, edition, period)
        except Exception as error:
            log.warning("subscription_failed", subscription=subscription.pk, error=str(error))
            _count_failure(subscription)
        else:
            told += 1
    return told + _tell_officials(edition, period)


def _send(subscription: Subscription, edition: Edition, period: periods.Period) -> None:
    """As its owner, whose right is asked anew."""
    owner = User.objects.get(pk=subscription.owner_id)
    if not owner.is_active or not owner.has_perm(RIGHT):
        raise _NoRight("may no longer see reports")
    _queue(EDITION_READY, owner, edition, period)
    subscription.failures, subscription.last_sent_at = 0, clock.now()
    subscription.save(update_fields=["failures", "last_sent_at"])


def _tell_officials(edition: Edition, period: periods.Period) -> int:
    """In the inbox alone. Who has asked for links of such periods has them by mail, and who
    stopped them himself has said that there is nothing to hear; one that failed says neither."""
    asked = Subscription.objects.filter(every=_EVERY.get(period.kind, ""), failures=0)
    officials = User.objects.filter(is_active=True, groups__name=OFFICIAL)
    told = 0
    for official in officials.exclude(pk__in=asked.values("owner")).order_by("pk"):
        try:
            with transaction.atomic():
                _queue(EDITION_OUT, official, edition, period)
        except Exception as error:
            log.warning("official_not_told", official=official.pk, error=str(error))
        else:
            told += 1
    return told


def _queue(kind: Kind, reader: User, edition: Edition, period: periods.Period) -> None:
    with translation.override(reader.language):
        label = period.label
    queue(
        kind=kind,
        recipient=reader,
        context={"name": reader.get_short_name(), "period": label, "edition": edition.label},
        dedupe_key=f"edition_ready:{edition.pk}:{reader.pk}",
        link=reverse("report", args=[edition.period_key]),
    )


def _count_failure(subscription: Subscription) -> None:
    """After the fifth in a row it stops, and its owner is told."""
    subscription.failures += 1
    if subscription.failures >= MOST_FAILURES:
        subscription.stopped_at = clock.now()
    subscription.save(update_fields=["failures", "stopped_at"])
    if subscription.stopped_at:
        owner = User.objects.get(pk=subscription.owner_id)
        queue(
            kind=SUBSCRIPTION_STOPPED,
            recipient=owner,
            context={"name": owner.get_short_name(), "times": MOST_FAILURES},
            dedupe_key=f"subscription_stopped:{subscription.pk}",
        )
