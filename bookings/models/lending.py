from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings.models.bookings import Booking
from bookings.models.devices import photo_field
from bookings.models.resources import Unit
from center import clock

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Condition(models.TextChoices):
    GOOD = "good", _("In good order")
    WORN = "worn", _("Worn, but working")
    FAULTY = "faulty", _("Damaged or not working")


def _person(label: _StrPromise, *, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=null,
        verbose_name=label,
    )


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def out(self) -> HandOverQuerySet:
        return self.filter(back_at=None)

    def overdue(self, at: dt.datetime) -> HandOverQuerySet:
        """Still out after the time promised; at that very instant it is still in time."""
        return self.out().filter(due_back__lt=at)


@pghistory.track()
class HandOver(models.Model):
    """A device in the hands of a business: from the counter and back to it."""

    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, related_name="hand_overs", verbose_name=_("booking")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="hand_overs", verbose_name=_("unit")
    )
    out_at = models.DateTimeField(_("handed out"), default=clock.now, editable=False)
    out_by = _person(_("handed out by"))
    out_condition = models.CharField(_("condition when out"), max_length=8, choices=Condition)
    out_photo = photo_field(_("photo when out"))
    out_notes = models.CharField(_("remark when out"), max_length=300, blank=True)
    due_back = models.DateTimeField(_("due back"), help_text=_("The end of the booking."))
    back_at = models.DateTimeField(_("back"), null=True, editable=False)
    back_by = _person(_("taken back by"), null=True)
    back_condition = models.CharField(
        _("condition when back"), max_length=8, choices=Condition, blank=True
    )
    back_photo = photo_field(_("photo when back"))
    back_notes = models.CharField(_("remark when back"), max_length=300, blank=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-out_at", "-pk"]
        indexes = [
            models.Index(
                fields=["due_back"], condition=models.Q(back_at=None), name="hand_over_out"
            )
        ]
        constraints = [
            # The one guard against the same device being out twice, on every write path.
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(back_at=None), name="hand_over_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(back_at=None, back_by=None, back_condition="")
                | (
                    models.Q(back_at__gte=models.F("out_at"), back_by__isnull=False)
                    & ~models.Q(back_condition="")
                ),
                name="hand_over_back_as_a_whole",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_hand_overs", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="back_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__back_at__isnull=False)
                & pgtrigger.Q(new__back_at__df=pgtrigger.F("old__back_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.booking}"

    def get_absolute_url(self) -> str:
        """The page staff see."""
        return reverse("admin:hand_over", args=[self.pk])

    @property
    def is_out(self) -> bool:
        return self.back_at is None

    def is_overdue(self, at: dt.datetime) -> bool:
        """As ``HandOverQuerySet.overdue``."""
        return self.is_out and self.due_back < at

    @property
    def days_late(self) -> int:
        """Calendar days in Korea between the day promised and the day it came back."""
        if self.back_at is None:
            return 0
        return max(0, (clock.day_of(self.back_at) - clock.day_of(self.due_back)).days)


class HandOverItem(models.Model):
    """A line of a hand-over's checklist, as the accessory was called and counted then.

    ``came_back`` is empty while it is out, and for what never went out.
    """

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="items")
    name = models.CharField(max_length=60)
    quantity = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)
    went_out = models.BooleanField()
    came_back = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("line of a checklist")
        verbose_name_plural = _("lines of a checklist")
        ordering = ["hand_over_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "name"], name="hand_over_item_once"),
            models.CheckConstraint(
                condition=models.Q(went_out=True) | models.Q(came_back=None),
                name="hand_over_item_out_before_back",
            ),
        ]

    def __str__(self) -> str:
        return self.name if self.quantity == 1 else f"{self.name} × {self.quantity}"

    @property
    def is_missing(self) -> bool:
        return self.came_back is False


class DamageState(models.TextChoices):
    OPEN = "open", _("To be repaired")
    REPAIRED = "repaired", _("Repaired")
    WRITTEN_OFF = "written_off", _("Written off")


@pghistory.track()
class Damage(models.Model):
    """Something wrong with a device, found at its return or later. Costs are in won."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="damages", verbose_name=_("unit")
    )
    hand_over = models.ForeignKey(
        HandOver,
        on_delete=models.PROTECT,
        related_name="damages",
        null=True,
        blank=True,
        verbose_name=_("hand-over"),
    )
    description = models.CharField(_("what is wrong"), max_length=300)
    photo = photo_field(_("photo"))
    cost_estimate = models.PositiveIntegerField(_("estimated cost, won"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=12, choices=DamageState, default=DamageState.OPEN
    )
    reported_by = _person(_("reported by"))
    reported_at = models.DateTimeField(_("reported"), default=clock.now, editable=False)
    closed_by = _person(_("closed by"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closing_note = models.CharField(_("what was done"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("damage")
        verbose_name_plural = _("damages")
        ordering = ["-reported_at", "-pk"]
        indexes = [
            models.Index(fields=["unit"], condition=models.Q(state="open"), name="damage_open")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at=None, closed_by=None)
                | (
                    models.Q(closed_at__isnull=False, closed_by__isnull=False)
                    & ~models.Q(state="open")
                ),
                name="damage_closed_by_somebody",
            )
        ]
        triggers = [
            pgtrigger.FSM(
                name="damage_state_changes",
                field="state",
                transitions=[("open", "repaired"), ("open", "written_off")],
            ),
            pgtrigger.Protect(name="keep_damages", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.description}"
