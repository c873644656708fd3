from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.resources import Resource
from center import clock
from merchants.models import Merchant


class CalendarFeed(models.Model):
    """An address at which a calendar program finds bookings: all of a person, those of one of
    the person's businesses, or, for staff, those of a resource.

    The address is the key, signed; whoever reads this table can open none. A new key ends the
    old address at once.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="calendar_feeds",
        verbose_name=_("person"),
    )
    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        verbose_name=_("business"),
    )
    resource = models.ForeignKey(
        Resource,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        verbose_name=_("resource"),
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    read_at = models.DateTimeField(_("read last"), null=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "merchant", "resource"],
                nulls_distinct=False,
                name="calendar_feed_once",
            ),
            models.CheckConstraint(
                condition=Q(merchant=None) | Q(resource=None), name="calendar_feed_of_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.merchant or self.resource or '*'}"
