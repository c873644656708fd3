"""The day of use: the tablets at the doors, and who did not come."""

from __future__ import annotations

import datetime as dt

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.bookings import Booking
from bookings.models.resources import Resource
from center import clock
from merchants.models import Suspension


@pghistory.track(exclude=["last_seen", "silent_from", "silent_until"])
class DoorDevice(models.Model):
    """A tablet at a door. It is no user and can do nothing but let people in and out.

    Codes and tokens are kept as hashes only: whoever reads this table opens no door.
    """

    name = models.CharField(_("name"), max_length=60, help_text=_("Where it hangs."))
    resource = models.ForeignKey(
        Resource,
        verbose_name=_("space"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="doors",
        help_text=_("Empty: the whole house."),
    )
    code_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    code_expires_at = models.DateTimeField(_("code valid until"), null=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("set up by"),
    )
    created_at = models.DateTimeField(_("set up"), default=clock.now, editable=False)
    enrolled_at = models.DateTimeField(_("enrolled"), null=True, editable=False)
    last_seen = models.DateTimeField(_("last contact"), null=True, editable=False)
    #: the last time it could not reach us: what it says of arrivals then is believed
    silent_from = models.DateTimeField(null=True, editable=False)
    silent_until = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("revoked by"),
    )

    class Meta:
        verbose_name = _("door device")
        verbose_name_plural = _("door devices")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code_hash=None, code_expires_at=None)
                | Q(code_hash__isnull=False, code_expires_at__isnull=False),
                name="door_code_runs_out",
            ),
            models.CheckConstraint(
                condition=Q(token_hash=None) | Q(enrolled_at__isnull=False),
                name="door_token_was_enrolled",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | Q(token_hash=None, code_hash=None),
                name="door_revoked_opens_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_enrolled(self) -> bool:
        return self.token_hash is not None

    def serves(self, booking: Booking) -> bool:
        """Whether the booking is for this door."""
        return self.resource_id is None or self.resource_id == booking.resource_id

    def was_silent_at(self, at: dt.datetime) -> bool:
        """Whether it was out of touch at that instant, the last time it was."""
        if self.silent_from is None or self.silent_until is None:
            return False
        return self.silent_from <= at <= self.silent_until


class NoShowDecision(models.TextChoices):
    WAIVED = "waived", _("Not held against the business")
    UPHELD = "upheld", _("Upheld")


class NoShowQuerySet(models.QuerySet["NoShow"]):
    def of_merchant(self, merchant_id: int) -> NoShowQuerySet:
        return self.filter(booking__merchant_id=merchant_id)

    def held_against(self) -> NoShowQuerySet:
        """Those that count: all but the waived."""
        return self.exclude(decision=NoShowDecision.WAIVED)

    def appealed(self) -> NoShowQuerySet:
        return self.filter(decision="", appealed_at__isnull=False)

    def to_review(self) -> NoShowQuerySet:
        return self.filter(decision="", review_due=True, appealed_at=None)

    def waiting(self) -> NoShowQuerySet:
        """What staff are to decide: an appeal, or a business that missed too often."""
        return self.filter(Q(appealed_at__isnull=False) | Q(review_due=True), decision="")


#: written once, when it is marked; the rule's numbers as they were then
_FACTS = [
    "booking",
    "suspension",
    "marked_at",
    "marked_by",
    "grace_after",
    "no_show_days",
    "no_show_review",
    "no_show_months",
    "counted",
    "review_due",
    "appeal_until",
]


@pghistory.track()
class NoShow(models.Model):
    """A booking nobody came to, counted once; with what followed, the appeal, the decision."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="no_show")
    suspension = models.OneToOneField(
        Suspension,
        on_delete=models.PROTECT,
        related_name="no_show",
        null=True,
        verbose_name=_("suspension"),
    )
    marked_at = models.DateTimeField(_("marked"))
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("marked by"),
        help_text=_("Empty: by the rule of the house, by itself."),
    )
    grace_after = models.PositiveIntegerField(_("entry ended, minutes after"))
    no_show_days = models.PositiveIntegerField(_("suspended after a no-show, days"))
    no_show_review = models.PositiveIntegerField(_("no-shows until staff look at it"))
    no_show_months = models.PositiveIntegerField(_("months no-shows are counted over"))
    counted = models.PositiveIntegerField(_("no-shows within those months, this one included"))
    review_due = models.BooleanField(_("staff are to look at it"))
    appeal_until = models.DateTimeField(_("appeal until"))
    appeal_text = models.TextField(
        _("appeal"), max_length=1000, blank=True, validators=[MinLengthValidator(5)]
    )
    appealed_at = models.DateTimeField(_("appealed"), null=True)
    appealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("appealed by"),
    )
    decision = models.CharField(_("decision"), max_length=6, choices=NoShowDecision, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = NoShowQuerySet.as_manager()

    class Meta:
        verbose_name = _("no-show")
        verbose_name_plural = _("no-shows")
        ordering = ["-marked_at", "-pk"]
        indexes = [
            models.Index(fields=["marked_at"], condition=Q(decision=""), name="no_show_undecided")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(appeal_text="", appealed_at=None, appealed_by=None)
                | (~Q(appeal_text="") & Q(appealed_at__isnull=False)),
                name="no_show_appeal_whole",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None) | Q(appealed_at__lt=F("appeal_until")),
                name="no_show_appeal_in_time",
            ),
            models.CheckConstraint(
                condition=Q(decision="", decision_reason="", decided_at=None, decided_by=None)
                | (
                    Q(decision__in=NoShowDecision.values)
                    & ~Q(decision_reason="")
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="no_show_decision_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_no_shows", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="no_show_facts_stay", fields=_FACTS),
            # One appeal and one decision: what was said once is not written over.
            pgtrigger.Protect(
                name="one_appeal",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__appealed_at__isnull=False)
                & (
                    pgtrigger.Q(old__appealed_at__df=pgtrigger.F("new__appealed_at"))
                    | pgtrigger.Q(old__appeal_text__df=pgtrigger.F("new__appeal_text"))
                ),
            ),
            pgtrigger.Protect(
                name="one_decision",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False)
                & (
                    pgtrigger.Q(old__decision__df=pgtrigger.F("new__decision"))
                    | pgtrigger.Q(old__decided_at__df=pgtrigger.F("new__decided_at"))
                    | pgtrigger.Q(old__decision_reason__df=pgtrigger.F("new__decision_reason"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.booking.reference

    @property
    def is_waiting(self) -> bool:
        """Whether staff are to decide on it."""
        return not self.decision and (self.appealed_at is not None or self.review_due)
