from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from center import clock

#: 시행령 §41, §43, §44: an answer within ten days of the request
ANSWER_DAYS = 10


class RightsRequestQuerySet(models.QuerySet["RightsRequest"]):
    def open(self) -> RightsRequestQuerySet:
        return self.filter(answered_at=None)

    def overdue(self, today: dt.date) -> RightsRequestQuerySet:
        return self.open().filter(due_on__lt=today)


class RightsRequest(models.Model):
    """A person asks to see, correct or delete data or to have its use stopped (PIPA §35–37).

    Answered once, by ``center.rights``; a trigger keeps the answer, and the open ones from
    being deleted.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("See my data")
        CORRECTION = "correction", _("Correct my data")
        DELETION = "deletion", _("Delete my data")
        SUSPENSION = "suspension", _("Stop using my data")

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        PARTLY = "partly", _("Done in part")
        REFUSED = "refused", _("Refused")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="rights_requests",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("asks to"), max_length=10, choices=Kind)
    text = models.TextField(_("what it is about"), max_length=2000)
    received_at = models.DateTimeField(_("received"), default=clock.now, editable=False)
    due_on = models.DateField(_("answer due by"), editable=False)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, blank=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)

    objects = RightsRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("rights request")
        verbose_name_plural = _("rights requests")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=models.Q(answered_at=None),
                name="rights_request_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    answered_at__isnull=True, answered_by__isnull=True, outcome="", answer=""
                )
                | models.Q(answered_at__isnull=False, answered_by__isnull=False)
                & ~models.Q(outcome="")
                & ~models.Q(answer=""),
                name="rights_request_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and clock.today() > self.due_on


class Destruction(models.Model):
    """The ledger of destroyed personal data (파기대장, PIPA §21): what, how many, why, when.

    Names nobody: the ids are kept as a hash, which proves which rows were meant to whoever
    still has them. Triggers refuse UPDATE, DELETE and TRUNCATE. Written by ``center.ledger``
    alone.
    """

    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    kind = models.CharField(_("what was destroyed"), max_length=40)
    count = models.PositiveIntegerField(_("how many"))
    ids_hash = models.CharField(_("SHA-256 of the ids"), max_length=64)
    rule = models.CharField(_("rule"), max_length=40)
    basis = models.CharField(_("legal basis"), max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("Empty: the daily job."),
    )

    class Meta:
        verbose_name = _("destruction")
        verbose_name_plural = _("ledger of destruction")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(count__gte=1), name="destruction_of_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} × {self.count}"
