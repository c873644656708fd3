"""Who was there."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock
from programs.models.applications import Application
from programs.models.partners import CoApplicant, of_its_application
from programs.models.sessions import Session


class Presence(models.TextChoices):
    PRESENT = "present", _("Present")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excused", _("Excused")


class NotedBy(models.TextChoices):
    """How it came to be known."""

    QR = "qr", _("QR code")
    PIN = "pin", _("PIN")
    STAFF = "staff", _("Staff")


@pghistory.track()
class Attendance(models.Model):
    """One business in one session, the lead of an application or one that applied together with
    it. No row: nothing has been noted, which counts as absent
    once the session is over. ``minutes`` empty: the whole session."""

    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="attendance", verbose_name=_("session")
    )
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="attendance",
        verbose_name=_("application"),
    )
    co_applicant = models.ForeignKey(
        CoApplicant,
        on_delete=models.PROTECT,
        related_name="attendance",
        null=True,
        blank=True,
        verbose_name=_("business of a joint application"),
        help_text=_("Empty: the business that applied."),
    )
    mark = models.CharField(_("noted"), max_length=7, choices=Presence)
    minutes = models.PositiveSmallIntegerField(_("minutes there"), null=True, blank=True)
    method = models.CharField(_("how it was noted"), max_length=5, choices=NotedBy)
    noted_at = models.DateTimeField(_("noted at"), default=clock.now)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("noted by"),
    )
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Why it was corrected.")
    )

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["session", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "application", "co_applicant"],
                nulls_distinct=False,
                name="attendance_once",
            ),
            models.CheckConstraint(
                condition=models.Q(mark__in=Presence.values), name="attendance_mark_known"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes=None) | models.Q(mark="present", minutes__gte=1),
                name="attendance_minutes_of_who_was_there",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_attendance", operation=pgtrigger.Delete),
            of_its_application(),
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.get_mark_display()}"
