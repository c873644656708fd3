from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from center import clock

#: so often in a row a link may fail to go out before the subscription stops
MOST_FAILURES = 5


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def running(self) -> SubscriptionQuerySet:
        return self.filter(stopped_at=None)


@pghistory.track()
class Subscription(models.Model):
    """Somebody wants a link to each edition that is frozen. It runs as its owner, whose right
    is asked anew each time; after five failures in a row it stops and says so."""

    class Every(models.TextChoices):
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="report_subscriptions",
        verbose_name=_("person"),
    )
    every = models.CharField(_("how often"), max_length=7, choices=Every, default=Every.MONTH)
    created_at = models.DateTimeField(_("subscribed"), default=clock.now, editable=False)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0, editable=False)
    last_sent_at = models.DateTimeField(_("last link"), null=True, editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription of reports")
        verbose_name_plural = _("subscriptions of reports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "every"],
                condition=Q(stopped_at=None),
                name="subscription_once",
            ),
            models.CheckConstraint(
                condition=Q(failures__lte=MOST_FAILURES), name="subscription_gives_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.get_every_display()}"
