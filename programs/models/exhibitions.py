"""What an exhibition needs: products looked at, booths given, sales settled."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from center import clock
from programs.models.applications import Application
from programs.models.products import Product
from programs.models.programs import Program


class ReviewState(models.TextChoices):
    ANSWERED = "answered", _("To be looked at again")
    APPROVED = "approved", _("Accepted")
    SUPPLEMENT = "supplement", _("Something is asked for")
    REFUSED = "refused", _("Not accepted")

    reasoned: ClassVar[frozenset[ReviewState]]


#: says why
ReviewState.reasoned = frozenset({ReviewState.SUPPLEMENT, ReviewState.REFUSED})


@pghistory.track()
class ProductReview(models.Model):
    """What the house said of a product (MD 심사); none yet: nobody has looked at it."""

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, related_name="review", verbose_name=_("product")
    )
    state = models.CharField(_("state"), max_length=10, choices=ReviewState)
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("Shown to the applicant.")
    )
    decided_at = models.DateTimeField(_("decided"), default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("decided by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)

    class Meta:
        verbose_name = _("review of a product")
        verbose_name_plural = _("reviews of products")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["supplement", "refused"]) | ~Q(reason=""),
                name="product_review_says_why",
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="product_review_states",
                field="state",
                transitions=[
                    (ReviewState.SUPPLEMENT, ReviewState.ANSWERED),
                    *(
                        (old, new)
                        for old in ReviewState.values
                        for new in ("approved", "supplement", "refused")
                        if old != new
                    ),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.get_state_display()}"


@pghistory.track()
class Booth(models.Model):
    """A booth of an exhibition; each number once, each business at most one."""

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="booths", verbose_name=_("program")
    )
    number = models.CharField(_("number"), max_length=10)
    note = models.CharField(_("where and how large"), max_length=100, blank=True)
    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        related_name="booth",
        null=True,
        blank=True,
        verbose_name=_("application"),
    )

    class Meta:
        verbose_name = _("booth")
        verbose_name_plural = _("booths")
        ordering = ["program_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="booth_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="booth_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.number


@pghistory.track()
class Settlement(models.Model):
    """What a business sold in an exhibition, and what is kept of it. Money in won."""

    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        related_name="settlement",
        verbose_name=_("application"),
    )
    sales = models.PositiveBigIntegerField(_("sales, won"))
    orders = models.PositiveIntegerField(_("orders"), null=True, blank=True)
    fee = models.PositiveBigIntegerField(_("fee, won"), default=0)
    note = models.CharField(_("remark"), max_length=200, blank=True)
    settled_at = models.DateTimeField(_("settled"), default=clock.now, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("settled by"),
    )

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        indexes = [models.Index(fields=["settled_at"], name="settlement_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(fee__lte=F("sales")), name="settlement_fee_within_sales"
            )
        ]
        triggers = [pgtrigger.Protect(name="keep_settlements", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.sales}"

    @property
    def paid_out(self) -> int:
        """What the business gets."""
        return self.sales - self.fee
