from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.bookings import Booking
from center import clock

#: how long after a use it can be answered
FEEDBACK_DAYS = 30


class Mark(models.IntegerChoices):
    VERY_BAD = 1, _("1 – very dissatisfied")
    BAD = 2, _("2 – dissatisfied")
    FAIR = 3, _("3 – neither")
    GOOD = 4, _("4 – satisfied")
    VERY_GOOD = 5, _("5 – very satisfied")


class Feedback(models.Model):
    """How a use was, asked once after it (domain.md §6, requirement 17); never rewritten."""

    booking = models.OneToOneField(
        Booking, on_delete=models.PROTECT, related_name="feedback", verbose_name=_("booking")
    )
    space = models.PositiveSmallIntegerField(_("space"), choices=Mark)
    equipment = models.PositiveSmallIntegerField(
        _("equipment"), choices=Mark, null=True, blank=True, help_text=_("Empty: none was used.")
    )
    help = models.PositiveSmallIntegerField(_("help by staff"), choices=Mark)
    text = models.CharField(_("in their words"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("satisfaction")
        verbose_name_plural = _("satisfaction")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(space__range=(1, 5), help__range=(1, 5))
                & (models.Q(equipment=None) | models.Q(equipment__range=(1, 5))),
                name="feedback_marks_from_1_to_5",
            ),
        ]
        triggers = [pgtrigger.Protect(name="never_rewritten", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.space}"
