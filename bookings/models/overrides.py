from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.bookings import Booking
from center import clock


class RuleOverride(models.Model):
    """Rules of the house that staff set aside for one booking, with the reason; for good."""

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="overrides", verbose_name=_("booking")
    )
    codes = ArrayField(models.CharField(max_length=40), verbose_name=_("rules set aside"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("by whom"),
    )
    at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("rule set aside")
        verbose_name_plural = _("rules set aside")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="override_for_a_reason"),
            models.CheckConstraint(
                condition=models.Q(codes__len__gte=1), name="override_of_some_rule"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: {', '.join(self.codes)}"
