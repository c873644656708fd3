"""A broadcast: on which platform, by which cue sheet, and what it brought.

Its rehearsal and its time in the studio are sessions of the application, with their rooms.
"""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.models.applications import Application
from programs.models.products import Product


@pghistory.track()
class Broadcast(models.Model):
    """The broadcast of one business. What it brought is there once somebody has entered it."""

    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        related_name="broadcast",
        verbose_name=_("application"),
    )
    platform = models.CharField(_("platform"), max_length=60, blank=True)
    link = models.URLField(_("link of the broadcast"), blank=True)
    host = models.CharField(_("host"), max_length=60, blank=True)
    crew = models.CharField(_("crew"), max_length=200, blank=True)
    viewers = models.PositiveIntegerField(_("viewers"), null=True, blank=True)
    likes = models.PositiveIntegerField(_("likes"), null=True, blank=True)
    entered_at = models.DateTimeField(_("results entered"), null=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("entered by"),
    )

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_at__isnull=False, viewers__isnull=False)
                | Q(entered_at=None, viewers=None, likes=None),
                name="broadcast_results_entered_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"


class Cue(models.Model):
    """One row of a cue sheet: in which minute what happens, and who does it."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.CASCADE, related_name="cues")
    position = models.PositiveSmallIntegerField(_("position"))
    minute = models.PositiveSmallIntegerField(_("minute"), validators=[MaxValueValidator(600)])
    what = models.CharField(_("what"), max_length=200)
    who = models.CharField(_("who"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("row of a cue sheet")
        verbose_name_plural = _("rows of cue sheets")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "position"], name="cue_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.minute}: {self.what}"


@pghistory.track()
class ProductResult(models.Model):
    """What one product sold in a broadcast. Money in won."""

    broadcast = models.ForeignKey(Broadcast, on_delete=models.PROTECT, related_name="results")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="results", verbose_name=_("product")
    )
    orders = models.PositiveIntegerField(_("orders"))
    sales = models.PositiveBigIntegerField(_("sales, won"))

    class Meta:
        verbose_name = _("result of a product")
        verbose_name_plural = _("results of products")
        ordering = ["product__position", "product_id"]
        constraints = [
            models.UniqueConstraint(fields=["broadcast", "product"], name="product_result_once")
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.sales}"
