"""A question of a business, the consultant who answers it, and what came of it."""

from __future__ import annotations

import secrets
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center import clock
from merchants.models import Merchant
from programs.models.applications import Application
from programs.models.consultants import ConsultingField
from programs.models.sessions import Session

#: how many times a business wishes for
WISHES = 3
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Eight characters without look-alikes after a C: not to be guessed, and never taken for
    the number of a booking or of an application."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"C{text[:4]}-{text[4:]}"


class ConsultationState(models.TextChoices):
    REQUESTED = "requested", _("Being arranged")
    ASSIGNED = "assigned", _("Arranged")
    CLOSED = "closed", _("Report ready")
    CANCELLED = "cancelled", _("Called off")

    live: ClassVar[frozenset[ConsultationState]]
    counted: ClassVar[frozenset[ConsultationState]]
    met: ClassVar[frozenset[ConsultationState]]


_S = ConsultationState
#: still to be arranged, held or written up
_S.live = frozenset({_S.REQUESTED, _S.ASSIGNED})
#: counts toward the limit of the year
_S.counted = frozenset(_S) - {_S.CANCELLED}
#: has a consultant and a session
_S.met = frozenset({_S.ASSIGNED, _S.CLOSED})
_LIVE = sorted(map(str, _S.live))
_MET = sorted(map(str, _S.met))


class ConsultationWay(models.TextChoices):
    HERE = "here", _("at the center")
    VISIT = "visit", _("at my business")
    ONLINE = "online", _("by video")


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def waiting(self) -> ConsultationQuerySet:
        """To be arranged: asked for, or arranged with a session that was called off since."""
        stranded = Q(state=_S.ASSIGNED, session__state="cancelled")
        return self.filter(Q(state=_S.REQUESTED) | stranded)

    def arranged(self) -> ConsultationQuerySet:
        return self.filter(state=_S.ASSIGNED).exclude(session__state="cancelled")

    def of_user(self, user_id: int) -> ConsultationQuerySet:
        """Those of the businesses a person belongs to."""
        return self.filter(merchant__memberships__user_id=user_id)

    def given_to(self, user_id: int) -> ConsultationQuerySet:
        """A consultant's own; what was taken from him is not his any more."""
        return self.filter(consultant_id=user_id, state__in=_MET)


@pghistory.track()
class Consultation(models.Model):
    """One to one advice, asked for with three times, held once, closed with a log (수행일지)."""

    reference = models.CharField(
        _("number"), max_length=10, unique=True, default=new_reference, editable=False
    )
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="consultations",
        verbose_name=_("application"),
    )
    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        related_name="consultations",
        verbose_name=_("business"),
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("asked by"),
    )
    field = models.CharField(_("field"), max_length=10, choices=ConsultingField)
    way = models.CharField(_("where"), max_length=6, choices=ConsultationWay)
    question = models.TextField(_("question"), max_length=1000)
    state = models.CharField(
        _("state"), max_length=9, choices=ConsultationState, default=ConsultationState.REQUESTED
    )
    consultant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="consultations",
        null=True,
        verbose_name=_("consultant"),
    )
    session = models.OneToOneField(
        Session,
        on_delete=models.PROTECT,
        related_name="consultation",
        null=True,
        verbose_name=_("session"),
    )
    requested_at = models.DateTimeField(_("asked for on"), default=clock.now, editable=False)
    assigned_at = models.DateTimeField(_("arranged"), null=True, editable=False)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("arranged by"),
    )
    situation = models.TextField(_("where the business stands"), max_length=2000, blank=True)
    advice = models.TextField(_("what was advised"), max_length=4000, blank=True)
    next_steps = models.TextField(_("next steps"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("called off"), null=True, editable=False)
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-requested_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "requested_at"], name="consultation_by_state"),
            models.Index(fields=["merchant", "requested_at"], name="consultation_by_business"),
            models.Index(fields=["closed_at"], name="consultation_by_close"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=_LIVE),
                name="consultation_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=_MET,
                    session__isnull=False,
                    consultant__isnull=False,
                    assigned_at__isnull=False,
                )
                | ~Q(state__in=_MET),
                name="consultation_arranged_has_a_session",
            ),
            models.CheckConstraint(
                condition=~Q(state="requested") | Q(session=None, consultant=None),
                name="consultation_requested_has_none",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | (
                    Q(closed_at__isnull=False)
                    & ~Q(situation="")
                    & ~Q(advice="")
                    & ~Q(next_steps="")
                ),
                name="consultation_closed_with_its_log",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False),
                name="consultation_called_off_at_a_time",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="consultation_states",
                field="state",
                transitions=[
                    (_S.REQUESTED, _S.ASSIGNED),
                    (_S.ASSIGNED, _S.REQUESTED),
                    (_S.ASSIGNED, _S.CLOSED),
                    (_S.REQUESTED, _S.CANCELLED),
                    (_S.ASSIGNED, _S.CANCELLED),
                ],
            ),
            pgtrigger.Protect(name="keep_consultations", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("consultation", args=[self.reference])


class ConsultationWish(models.Model):
    """One of the times a business wished for, the best first."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="wishes")
    position = models.PositiveSmallIntegerField(_("position"))
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("wished time")
        verbose_name_plural = _("wished times")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "position"], name="consultation_wish_once"
            ),
            models.UniqueConstraint(
                fields=["consultation", "starts"], name="consultation_wishes_differ"
            ),
            models.CheckConstraint(
                condition=Q(position__range=(1, WISHES), ends__gt=F("starts")),
                name="consultation_wish_is_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id}: {self.position}"
