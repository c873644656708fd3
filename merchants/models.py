from __future__ import annotations

import datetime as dt

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from center import clock
from merchants import business_number, regions


class MerchantKind(models.TextChoices):
    INDIVIDUAL = "individual", _("Sole proprietor")
    CORPORATION = "corporation", _("Corporation")
    PRE_FOUNDER = "pre_founder", _("Founder to be")


class MerchantState(models.TextChoices):
    DRAFT = "draft", _("Being filled in")
    SUBMITTED = "submitted", _("Waiting for verification")
    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned for correction")


class MerchantQuerySet(models.QuerySet["Merchant"]):
    def of_user(self, user_id: int) -> MerchantQuerySet:
        return self.filter(memberships__user_id=user_id).order_by("memberships__joined_at")


@pghistory.track()
class Merchant(models.Model):
    """A business. Quotas, bans and statistics count businesses, not people."""

    name = models.CharField(_("trade name"), max_length=80)
    number = models.CharField(
        _("business registration number"), max_length=10, null=True, blank=True, unique=True
    )
    kind = models.CharField(_("kind"), max_length=12, choices=MerchantKind)
    representative = models.CharField(_("representative"), max_length=60)
    section = models.CharField(_("KSIC section"), max_length=1)
    district = models.CharField(_("district code"), max_length=5)
    market_area = models.CharField(_("market or shopping street"), max_length=60, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    women_owned = models.BooleanField(_("women-owned"), default=False)
    youth_owned = models.BooleanField(_("owned by somebody of 39 or younger"), default=False)
    disabled_owned = models.BooleanField(_("owned by a person with a disability"), default=False)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MerchantState, default=MerchantState.DRAFT
    )
    verified_until = models.DateField(_("verified until"), null=True, blank=True)
    created_at = models.DateTimeField(_("registered"), default=clock.now, editable=False)

    objects = MerchantQuerySet.as_manager()

    class Meta:
        verbose_name = _("business")
        verbose_name_plural = _("businesses")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[0-9]{10}$"), name="merchant_number_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(number__isnull=False)
                | models.Q(kind=MerchantKind.PRE_FOUNDER)
                | models.Q(state=MerchantState.DRAFT),
                name="merchant_number_unless_founder_to_be",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_until__isnull=False)
                | ~models.Q(state=MerchantState.VERIFIED),
                name="merchant_verified_until_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_number(self) -> str:
        return business_number.display(self.number) if self.number else ""

    @property
    def district_name(self) -> str:
        return regions.district_name(self.district)

    def is_verified_on(self, day: dt.date) -> bool:
        return (
            self.state == MerchantState.VERIFIED
            and self.verified_until is not None
            and day <= self.verified_until
        )


class Membership(models.Model):
    """A person acting for a business."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MEMBER = "member", _("Member")

    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("business")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("joined"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "user"], name="membership_once"),
            models.UniqueConstraint(
                fields=["merchant"],
                condition=models.Q(role="owner"),
                name="membership_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.merchant}"


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
