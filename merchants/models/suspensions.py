from __future__ import annotations

import datetime as dt

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from merchants.models.businesses import Merchant


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def in_force(self, now: dt.datetime) -> SuspensionQuerySet:
        return self.filter(lifted_at=None, starts__lte=now, ends__gt=now)


@pghistory.track()
class Suspension(models.Model):
    """A time in which a business may not book; ends by itself or is lifted earlier."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="suspensions")
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    imposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("suspended by"),
        help_text=_("Empty: by the rule of the house, by itself."),
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("lifted by"),
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    #: the business's revision that imposing or lifting it made
    touched_at_revision = models.PositiveIntegerField(default=0, editable=False)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["-starts"]
        indexes = [models.Index(fields=["merchant", "ends"], name="suspension_by_merchant")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="suspension_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None) | models.Q(lifted_at__gte=models.F("starts")),
                name="suspension_lifted_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_by=None) | models.Q(lifted_at__isnull=False),
                name="suspension_lifted_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merchant}: {self.reason}"

    def is_in_force(self, now: dt.datetime) -> bool:
        return self.lifted_at is None and self.starts <= now < self.ends
