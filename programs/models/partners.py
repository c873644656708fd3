"""Businesses that look for each other: a directory, and applying together."""

from __future__ import annotations

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


@pghistory.track()
class Partner(models.Model):
    """What a business wrote of itself for the directory; there while it wants to be."""

    merchant = models.OneToOneField(
        Merchant, on_delete=models.PROTECT, related_name="partner", verbose_name=_("business")
    )
    offers = models.CharField(_("what we offer"), max_length=300, blank=True)
    looks_for = models.CharField(_("what we look for"), max_length=300, blank=True)
    joined_at = models.DateTimeField(_("in the directory since"), null=True, editable=False)
    joined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("agreed by"),
    )

    class Meta:
        verbose_name = _("entry of the directory")
        verbose_name_plural = _("entries of the directory")
        constraints = [
            models.CheckConstraint(
                condition=Q(joined_at=None, offers="", looks_for="")
                | (Q(joined_at__isnull=False) & ~Q(offers="")),
                name="partner_words_only_while_listed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id}"


class PartnerLetter(models.Model):
    """What one business wrote to another through the portal; delivered as a message."""

    sender = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(_("text"), max_length=500)
    at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("letter to a partner")
        verbose_name_plural = _("letters to partners")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["sender", "at"], name="partner_letter_by_sender")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(sender=F("receiver")), name="partner_letter_to_another"
            )
        ]
        triggers = [pgtrigger.Protect(name="letters_stay", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.sender_id} → {self.receiver_id}"


class CoState(models.TextChoices):
    ASKED = "asked", _("Asked")
    CONFIRMED = "confirmed", _("Takes part")
    DECLINED = "declined", _("Declined")


class CoApplicantQuerySet(models.QuerySet["CoApplicant"]):
    def confirmed(self) -> CoApplicantQuerySet:
        return self.filter(state=CoState.CONFIRMED)


@pghistory.track()
class CoApplicant(models.Model):
    """A business named by the lead of a joint application; counts once its owner confirms."""

    application = models.ForeignKey(
        Application,
        on_delete=models.CASCADE,
        related_name="co_applicants",
        verbose_name=_("application"),
    )
    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        related_name="co_applications",
        verbose_name=_("business"),
    )
    state = models.CharField(_("state"), max_length=9, choices=CoState, default=CoState.ASKED)
    asked_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("asked by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("answered by"),
    )

    objects = CoApplicantQuerySet.as_manager()

    class Meta:
        verbose_name = _("business of a joint application")
        verbose_name_plural = _("businesses of joint applications")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "merchant"], name="co_applicant_once"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None)
                | (~Q(state="asked") & Q(answered_at__isnull=False)),
                name="co_applicant_answered_at_a_time",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="co_applicant_states",
                field="state",
                transitions=[
                    (CoState.ASKED, CoState.CONFIRMED),
                    (CoState.ASKED, CoState.DECLINED),
                    (CoState.CONFIRMED, CoState.DECLINED),
                ],
            ),
            # Locked at submission: who is in when the application is handed in stays in.
            pgtrigger.Trigger(
                name="co_applicants_locked",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF (SELECT state <> 'draft' FROM programs_application
                        WHERE id = COALESCE(NEW.application_id, OLD.application_id)) THEN
                        RAISE EXCEPTION 'application % is handed in',
                            COALESCE(NEW.application_id, OLD.application_id)
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.merchant_id}"

    def get_absolute_url(self) -> str:
        """Where its business reads how the application stands."""
        return reverse("joint_answer", args=[self.pk])


def of_its_application() -> pgtrigger.Trigger:
    """For what is kept of one business of an application: ``co_applicant`` names a business
    that confirmed to this very application, or is empty for the lead."""
    return pgtrigger.Trigger(
        name="co_applicant_of_its_application",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.co_applicant_id IS NOT NULL"),
        func="""
            IF NOT EXISTS (SELECT 1 FROM programs_coapplicant
                           WHERE id = NEW.co_applicant_id
                             AND application_id = NEW.application_id
                             AND state = 'confirmed') THEN
                RAISE EXCEPTION 'business % has no part in application %',
                    NEW.co_applicant_id, NEW.application_id
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """,
    )
