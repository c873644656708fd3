"""The application: from the draft to what came of it, in one row."""

from __future__ import annotations

import datetime as dt
import secrets

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center import clock
from merchants.models import Merchant
from programs.models.application_states import TRANSITIONS, ApplicationState
from programs.models.program_states import ProgramState
from programs.models.programs import Program

_PLACED = sorted(str(state) for state in ApplicationState.placed)
_GIVEN_UP = sorted(str(state) for state in ApplicationState.given_up)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_receipt() -> str:
    """Eight characters without look-alikes after a P, as ``PB7K2-9QXM``: not to be guessed,
    and never taken for the number of a booking."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"P{text[:4]}-{text[4:]}"


class ApplicationQuerySet(models.QuerySet["Application"]):
    def handed_in(self) -> ApplicationQuerySet:
        return self.filter(state__in=ApplicationState.handed_in)

    def undecided(self) -> ApplicationQuerySet:
        return self.filter(state__in=ApplicationState.undecided)

    def placed(self) -> ApplicationQuerySet:
        return self.filter(state__in=ApplicationState.placed)

    def taking_part(self) -> ApplicationQuerySet:
        return self.filter(state__in=ApplicationState.taking_part)

    def reserve_list(self) -> ApplicationQuerySet:
        return self.filter(state=ApplicationState.RESERVE).order_by("reserve_number")

    def of_user(self, user_id: int) -> ApplicationQuerySet:
        """Those of the businesses a person belongs to."""
        return self.filter(merchant__memberships__user_id=user_id)

    def with_user(self, user_id: int) -> ApplicationQuerySet:
        """Those and the ones they have part in together with a lead, once confirmed."""
        own = self.model.objects.filter(merchant__memberships__user_id=user_id)
        together = self.model.objects.filter(
            co_applicants__state="confirmed",
            co_applicants__merchant__memberships__user_id=user_id,
        )
        return self.filter(pk__in=own.values("pk").union(together.values("pk")))

    def with_business(self, merchant_id: int) -> ApplicationQuerySet:
        """Those of one business and the ones it has part in together with a lead."""
        together = self.model.objects.filter(
            co_applicants__state="confirmed", co_applicants__merchant=merchant_id
        )
        own = self.model.objects.filter(merchant=merchant_id)
        return self.filter(pk__in=own.values("pk").union(together.values("pk")))


@pghistory.track()
class Application(models.Model):
    """One business asks for one of a program's places.

    The place is a number, unique in its program and never above its quota: so the database
    itself gives no place twice and none too many.
    """

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="applications", verbose_name=_("program")
    )
    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("business"),
    )
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("applied by"),
    )
    receipt = models.CharField(
        _("receipt number"), max_length=10, unique=True, default=new_receipt, editable=False
    )
    applied_for = models.CharField(_("market or shop applied for"), max_length=80, blank=True)
    applied_for_address = models.CharField(_("its address"), max_length=200, blank=True)
    district = models.CharField(
        _("district code"), max_length=5, blank=True, help_text=_("As it was when handed in.")
    )
    contact_phone = models.CharField(_("telephone"), max_length=20, blank=True)
    baseline_sales = models.PositiveBigIntegerField(
        _("online sales of the last three months, won"), null=True, blank=True
    )
    state = models.CharField(
        _("state"), max_length=13, choices=ApplicationState, default=ApplicationState.DRAFT
    )
    place = models.PositiveIntegerField(_("place"), null=True, blank=True)
    reserve_number = models.PositiveIntegerField(_("place on the reserve list"), null=True)
    offered_until = models.DateTimeField(_("place offered until"), null=True, blank=True)
    supplement_note = models.CharField(_("what is asked for"), max_length=500, blank=True)
    supplement_until = models.DateTimeField(_("to be answered by"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=4, null=True, blank=True)
    rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    reason = models.CharField(
        _("reason"), max_length=500, blank=True, help_text=_("Shown to the applicant.")
    )
    created_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    submitted_at = models.DateTimeField(_("handed in"), null=True, editable=False)
    changed_at = models.DateTimeField(_("last changed"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("decided by"),
    )
    ended_at = models.DateTimeField(_("completed or ended"), null=True, editable=False)
    #: grows with every step, so that a decision made on an older sight is refused
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["program", "state", "submitted_at"], name="application_by_state"),
            models.Index(
                fields=["offered_until"],
                condition=models.Q(state="offered"),
                name="application_offered",
            ),
            # what reports ask of a period, however long the history
            models.Index(fields=["submitted_at"], name="application_by_submission"),
            models.Index(Coalesce("decided_at", "submitted_at"), name="application_by_decision"),
            models.Index(fields=["ended_at"], name="application_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "merchant"],
                condition=~models.Q(state__in=_GIVEN_UP),
                name="application_once_a_business",
            ),
            models.UniqueConstraint(fields=["program", "place"], name="application_place_once"),
            models.UniqueConstraint(
                fields=["program", "reserve_number"], name="application_reserve_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ApplicationState.values),
                name="application_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=_PLACED, place__isnull=False, place__gte=1)
                | (~models.Q(state__in=_PLACED) & models.Q(place=None)),
                name="application_has_a_place_while_placed",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state="reserve", reserve_number__isnull=False, reserve_number__gte=1
                )
                | (~models.Q(state="reserve") & models.Q(reserve_number=None)),
                name="application_in_line_while_reserve",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(submitted_at__isnull=False),
                name="application_handed_in_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="offered") | models.Q(offered_until__isnull=False),
                name="application_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="supplement") | ~models.Q(supplement_note=""),
                name="application_supplement_says_what",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ineligible") | ~models.Q(reason=""),
                name="application_ineligible_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="application_states", field="state", transitions=TRANSITIONS),
            pgtrigger.Protect(
                name="keep_applications",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
            pgtrigger.Trigger(
                name="place_within_quota",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("place"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Condition("NEW.place IS NOT NULL"),
                func="""
                    IF NEW.place > (SELECT quota FROM programs_program
                                    WHERE id = NEW.program_id) THEN
                        RAISE EXCEPTION 'program % has no place %', NEW.program_id, NEW.place
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.receipt

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.receipt])

    @property
    def is_editable(self) -> bool:
        return self.state in ApplicationState.editable

    def offer_is_open(self, now: dt.datetime) -> bool:
        """Until its time is up, and as long as the program takes place."""
        return (
            self.state == ApplicationState.OFFERED
            and self.offered_until is not None
            and now < self.offered_until
            and self.program.state in ProgramState.running
        )
