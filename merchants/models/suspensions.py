from __future__ import annotations

import pghistory
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from merchants.models.businesses import Merchant


@pghistory.track()
class Suspension(models.Model):
    """A time in which a business may not book; ends by itself or is lifted earlier."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="suspensions")
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["-starts"]
        indexes = [models.Index(fields=["merchant", "ends"], name="suspension_by_merchant")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="suspension_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant}: {self.reason}"
