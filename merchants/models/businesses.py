from __future__ import annotations

import datetime as dt

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center import clock
from merchants import business_number, regions
from merchants.models.finding import HOLDS_NUMBER, MerchantQuerySet
from merchants.models.states import (
    TRANSITIONS,
    BusinessStanding,
    MerchantKind,
    MerchantState,
    ReturnReason,
)


# Reports ask the history for what was handed in and decided in a period.
@pghistory.track(
    meta={
        "indexes": [
            models.Index(fields=["submitted_at"], name="merchantevent_by_submission"),
            models.Index(fields=["decided_at"], name="merchantevent_by_decision"),
        ]
    }
)
class Merchant(models.Model):
    """A business. Quotas, bans and statistics count businesses, not people.

    A draft is its owner's alone: it may lack anything, and its number is not taken yet, so
    that nobody can keep a number from its business by typing it first; nor by handing in
    papers that prove nothing, as a registration that is returned gives its number back.
    """

    name = models.CharField(_("trade name"), max_length=80)
    number = models.CharField(
        _("business registration number"), max_length=10, null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=12, choices=MerchantKind)
    representative = models.CharField(_("representative"), max_length=60, blank=True)
    section = models.CharField(_("KSIC section"), max_length=1, blank=True)
    district = models.CharField(_("district code"), max_length=5, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    market_area = models.CharField(_("market or shopping street"), max_length=60, blank=True)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    women_owned = models.BooleanField(_("women-owned"), default=False)
    youth_owned = models.BooleanField(_("owned by somebody of 39 or younger"), default=False)
    disabled_owned = models.BooleanField(_("owned by a person with a disability"), default=False)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    online_shops = models.TextField(_("online shops"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MerchantState, default=MerchantState.DRAFT
    )
    verified_until = models.DateField(_("verified until"), null=True, blank=True)
    created_at = models.DateTimeField(_("registered"), default=clock.now, editable=False)

    # The way through verification. ``revision`` grows with every step, so that a decision
    # made on an older sight of the case is refused.
    revision = models.PositiveIntegerField(default=0, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decide_until = models.DateTimeField(_("to be decided by"), null=True, blank=True)
    review_asked_at = models.DateTimeField(_("changed since verification"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    return_reasons = ArrayField(
        models.CharField(max_length=12, choices=ReturnReason),
        verbose_name=_("reasons for returning"),
        default=list,
        blank=True,
    )
    return_note = models.CharField(_("what to correct"), max_length=500, blank=True)

    # It was verified once, or the center's own register had it: its number stays its own and its
    # owner's word counts, also while it is returned.
    keeps_number = models.BooleanField(default=False, db_default=False, editable=False)

    # What the tax office says; written by one service, never by hand.
    business_status = models.CharField(
        _("at the tax office"),
        max_length=12,
        choices=BusinessStanding,
        default=BusinessStanding.UNCHECKED,
    )
    status_checked_at = models.DateTimeField(_("looked up"), null=True, blank=True)
    business_ended_on = models.DateField(_("closed on"), null=True, blank=True)

    # Whoever it named is gone; the row stays for what was booked and counted.
    emptied_at = models.DateTimeField(_("entries destroyed"), null=True, blank=True, editable=False)

    objects = MerchantQuerySet.as_manager()

    class Meta:
        verbose_name = _("business")
        verbose_name_plural = _("businesses")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["number"], name="merchant_by_number"),
            models.Index(
                Coalesce("review_asked_at", "submitted_at"),
                name="merchant_waiting",
                condition=models.Q(state=MerchantState.SUBMITTED)
                | models.Q(review_asked_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[0-9]{10}$"), name="merchant_number_digits"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=HOLDS_NUMBER, name="merchant_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(number__isnull=False)
                | models.Q(kind=MerchantKind.PRE_FOUNDER)
                | models.Q(state=MerchantState.DRAFT),
                name="merchant_number_unless_founder_to_be",
            ),
            models.CheckConstraint(
                condition=models.Q(state=MerchantState.DRAFT)
                | (~models.Q(representative="") & ~models.Q(section="") & ~models.Q(district="")),
                name="merchant_complete_unless_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(verified_until__isnull=False)
                | ~models.Q(state=MerchantState.VERIFIED),
                name="merchant_verified_until_a_date",
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=False, decide_until__isnull=False)
                | ~models.Q(state=MerchantState.SUBMITTED),
                name="merchant_submitted_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(return_reasons__len__gt=0)
                | ~models.Q(state=MerchantState.RETURNED),
                name="merchant_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(business_status=BusinessStanding.UNCHECKED)
                ^ models.Q(status_checked_at__isnull=False),
                name="merchant_status_looked_up_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(emptied_at=None)
                | models.Q(number=None, representative="", address="", phone="", online_shops=""),
                name="merchant_emptied_names_nobody",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="merchant_states", field="state", transitions=TRANSITIONS),
            pgtrigger.Protect(
                name="merchant_no_delete",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("merchant")

    @classmethod
    def label_of(cls, name: str) -> str:
        """What people call an entry."""
        field = cls._meta.get_field(name)
        assert isinstance(field, models.Field)
        return str(field.verbose_name)

    @property
    def display_number(self) -> str:
        return business_number.display(self.number) if self.number else ""

    @property
    def district_name(self) -> str:
        return regions.district_name(self.district)

    @property
    def section_name(self) -> str:
        return regions.section_name(self.section)

    @property
    def is_flagged(self) -> bool:
        """The tax office lists it as paused, closed or not at all."""
        return self.business_status in BusinessStanding.flagged

    @property
    def awaits_decision(self) -> bool:
        """One business asked what ``waiting`` asks of all."""
        if self.state != MerchantState.VERIFIED:
            return self.state == MerchantState.SUBMITTED
        if self.review_asked_at is not None:
            return True
        checked = self.status_checked_at
        unseen = self.decided_at is None or (checked is not None and self.decided_at < checked)
        return self.is_flagged and unseen

    @property
    def is_proven(self) -> bool:
        """Staff have seen that it is the business it says: its owner decides who joins."""
        return self.verified_until is not None or self.keeps_number

    @property
    def has_owner(self) -> bool:
        """Whether somebody answers for it; one from a register may have nobody. One query."""
        return self.memberships.filter(role="owner").exists()

    @property
    def is_visitor(self) -> bool:
        """Registered by staff at the counter and not completed. One query for a draft."""
        is_draft = self.state == MerchantState.DRAFT and self.emptied_at is None
        return is_draft and not self.memberships.exists()

    @property
    def is_editable(self) -> bool:
        return self.state in MerchantState.editable

    def is_verified_on(self, day: dt.date) -> bool:
        return (
            self.state == MerchantState.VERIFIED
            and self.verified_until is not None
            and day <= self.verified_until
        )
