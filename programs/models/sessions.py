"""When and where a program takes place."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from center import clock
from merchants.models import Merchant
from programs.models.applications import Application
from programs.models.programs import Program


class SessionKind(models.TextChoices):
    CLASS = "class", _("Class")
    BRIEFING = "briefing", _("Briefing")
    CONSULTATION = "consultation", _("Consultation")
    REHEARSAL = "rehearsal", _("Rehearsal")
    BROADCAST = "broadcast", _("Broadcast")
    EVENT = "event", _("Event")

    attended: ClassVar[frozenset[SessionKind]]


#: counts toward completion
SessionKind.attended = frozenset({SessionKind.CLASS, SessionKind.BRIEFING})


class SessionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Has taken place")
    CANCELLED = "cancelled", _("Called off")


class _Span(Func):
    function = "tstzrange"


def _never_twice(who: str) -> ExclusionConstraint:
    """Nobody is in two sessions at once."""
    return ExclusionConstraint(
        name=f"session_{who}_not_twice",
        expressions=[
            (who, RangeOperators.EQUAL),
            (_Span(F("starts"), F("ends"), RangeBoundary()), RangeOperators.OVERLAPS),
        ],
        condition=~models.Q(state="cancelled") & models.Q(**{f"{who}__isnull": False}),
    )


class SessionQuerySet(models.QuerySet["Session"]):
    def standing(self) -> SessionQuerySet:
        return self.exclude(state=SessionState.CANCELLED)

    def attended(self) -> SessionQuerySet:
        """Those that count toward completion."""
        return self.standing().filter(kind__in=SessionKind.attended)

    def of_application(self, application: Application) -> SessionQuerySet:
        """Those of its program that are for all of it, or for this application."""
        rows = self.filter(program_id=application.program_id)
        return rows.filter(models.Q(application=None) | models.Q(application=application))


@pghistory.track()
class Session(models.Model):
    """One meeting of a program: for all of it, or for one application (a broadcast, a
    consultation). Its room and equipment are a booking, taken through the booking services."""

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("program")
    )
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="sessions",
        null=True,
        blank=True,
        verbose_name=_("application"),
    )
    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("business"),
        help_text=_("That of the application, so that no business is in two places at once."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=SessionKind)
    title = models.CharField(_("title"), max_length=100)
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    state = models.CharField(
        _("state"), max_length=9, choices=SessionState, default=SessionState.PLANNED
    )
    booking = models.OneToOneField(
        Booking,
        on_delete=models.PROTECT,
        related_name="session",
        null=True,
        blank=True,
        verbose_name=_("room and equipment"),
    )
    place_text = models.CharField(_("place outside the house"), max_length=200, blank=True)
    online_link = models.URLField(_("online link"), blank=True)
    instructor = models.CharField(_("instructor"), max_length=60, blank=True)
    consultant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("consultant"),
    )
    capacity = models.PositiveSmallIntegerField(_("people at most"), null=True, blank=True)
    materials = models.TextField(_("materials"), max_length=1000, blank=True)
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Why it was called off.")
    )
    cancelled_at = models.DateTimeField(_("called off at"), null=True, editable=False)
    #: grows with every move, so that each is told once
    sequence = models.PositiveIntegerField(_("times changed"), default=0, editable=False)
    created_at = models.DateTimeField(_("made"), default=clock.now, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts", "pk"]
        indexes = [models.Index(fields=["starts"], name="session_by_start")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=F("starts")), name="session_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(application=None, merchant=None)
                | models.Q(application__isnull=False, merchant__isnull=False),
                name="session_business_with_application",
            ),
            models.CheckConstraint(
                condition=models.Q(state="cancelled", cancelled_at__isnull=False)
                & ~models.Q(reason="")
                | ~models.Q(state="cancelled") & models.Q(cancelled_at=None),
                name="session_called_off_for_a_reason",
            ),
            _never_twice("consultant"),
            _never_twice("merchant"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="session_states",
                field="state",
                transitions=[
                    (SessionState.PLANNED, SessionState.HELD),
                    (SessionState.PLANNED, SessionState.CANCELLED),
                    (SessionState.HELD, SessionState.PLANNED),
                ],
            ),
            pgtrigger.Protect(name="keep_sessions", operation=pgtrigger.Delete),
            # The other half is at ``ConsultantAbsence``.
            pgtrigger.Trigger(
                name="session_consultant_present",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("consultant_id", "starts", "ends"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition(
                    "NEW.consultant_id IS NOT NULL AND NEW.state <> 'cancelled'"
                ),
                func="""
                    PERFORM 1 FROM programs_consultant WHERE user_id = NEW.consultant_id
                        FOR NO KEY UPDATE;
                    IF EXISTS (
                        SELECT 1 FROM programs_consultantabsence a
                        JOIN programs_consultant c ON c.id = a.consultant_id
                        WHERE c.user_id = NEW.consultant_id AND a.withdrawn_at IS NULL
                          AND a.starts < NEW.ends AND a.ends > NEW.starts
                    ) THEN
                        RAISE EXCEPTION 'session_consultant_present: user % is absent',
                            NEW.consultant_id USING ERRCODE = 'exclusion_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def minutes(self) -> int:
        return int((self.ends - self.starts).total_seconds() // 60)
