"""Papers that say somebody completed a program, or took part in it."""

from __future__ import annotations

import secrets

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock
from programs.kinds import Paper
from programs.models.applications import Application
from programs.models.partners import CoApplicant, of_its_application

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number() -> str:
    """The year and ten characters without look-alikes, as ``2026-B7K2M-9QXM4``: one of 30^10,
    not to be guessed from another."""
    text = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"{clock.today().year}-{text[:5]}-{text[5:]}"


class PaperKind(models.TextChoices):
    COMPLETION = Paper.COMPLETION, _("Certificate of completion")
    PARTICIPATION = Paper.PARTICIPATION, _("Confirmation of participation")


@pghistory.track()
class Certificate(models.Model):
    """One paper, with everything that stands on it as it was when it was issued: made again,
    the file is the same to the byte. What was wrong on it is never changed, it is voided."""

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="certificates",
        verbose_name=_("application"),
    )
    co_applicant = models.ForeignKey(
        CoApplicant,
        on_delete=models.PROTECT,
        related_name="certificates",
        null=True,
        blank=True,
        verbose_name=_("business of a joint application"),
        help_text=_("Empty: the business that applied."),
    )
    kind = models.CharField(_("kind"), max_length=13, choices=PaperKind)
    number = models.CharField(
        _("number"), max_length=16, unique=True, default=new_number, editable=False
    )
    business = models.CharField(_("business"), max_length=100)
    person = models.CharField(_("name"), max_length=60, blank=True)
    program = models.CharField(_("program"), max_length=100)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    minutes = models.PositiveIntegerField(_("minutes held"), default=0)
    attended = models.PositiveIntegerField(_("minutes attended"), default=0)
    issuer = models.CharField(_("issued by"), max_length=100)
    address = models.CharField(
        _("where it is checked"), max_length=200, help_text=_("The address in its QR code.")
    )
    issued_at = models.DateTimeField(_("issued"), default=clock.now)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("voided by"),
    )
    void_reason = models.CharField(_("why it is void"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["issued_at"], name="certificate_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind", "co_applicant"],
                condition=models.Q(voided_at=None),
                nulls_distinct=False,
                name="certificate_once_while_valid",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=PaperKind.values), name="certificate_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="certificate_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(attended__lte=models.F("minutes")),
                name="certificate_attended_at_most_what_was_held",
            ),
            models.CheckConstraint(
                condition=models.Q(voided_at=None)
                | (models.Q(voided_at__isnull=False) & ~models.Q(void_reason="")),
                name="certificate_void_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_certificates", operation=pgtrigger.Delete),
            of_its_application(),
            pgtrigger.ReadOnly(
                name="keep_what_stands_on_it",
                fields=[
                    "application",
                    "co_applicant",
                    "kind",
                    "number",
                    "business",
                    "person",
                    "program",
                    "first_day",
                    "last_day",
                    "minutes",
                    "attended",
                    "issuer",
                    "address",
                    "issued_at",
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_valid(self) -> bool:
        return self.voided_at is None
