from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock


class ImportState(models.TextChoices):
    TRIED = "tried", _("Tried, nothing written yet")
    RUNNING = "running", _("Being taken over")
    DONE = "done", _("Rows taken over")


class ImportSubject(models.TextChoices):
    BUSINESSES = "businesses", _("businesses")
    USES = "uses", _("past uses")


class RegisterImport(models.Model):
    """One file of a register, of businesses or of what they did: who brought it, what became
    of it.

    The rows stand here, as text, between trying and running; afterwards only those refused,
    for the list of errors. All of them are deleted a day later, the figures stay.
    """

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("person"),
        help_text=_("Empty: started from the command line."),
    )
    subject = models.CharField(
        _("rows of"),
        max_length=10,
        choices=ImportSubject,
        default=ImportSubject.BUSINESSES,
        db_default=ImportSubject.BUSINESSES,
    )
    created_at = models.DateTimeField(_("uploaded"), default=clock.now, editable=False)
    file_name = models.CharField(_("file"), max_length=120)
    state = models.CharField(
        _("state"), max_length=7, choices=ImportState, default=ImportState.TRIED
    )
    adopted = models.BooleanField(_("former verifications adopted"), default=False)
    finished_at = models.DateTimeField(_("taken over"), null=True, blank=True)

    headings = models.JSONField(default=list)
    #: ``[line number, [cell, …]]`` of each row
    rows = models.JSONField(default=list)
    #: ``[line number, [sentence, …]]`` of each row refused
    refusals = models.JSONField(default=list)
    #: ``[line number, [heading, …]]`` of each row that brings a business up to date
    changes = models.JSONField(default=list)
    new = models.PositiveIntegerField(_("New businesses"), default=0)
    changed = models.PositiveIntegerField(_("Brought up to date"), default=0)
    same = models.PositiveIntegerField(_("Nothing to do"), default=0)
    refused = models.PositiveIntegerField(_("Refused"), default=0)
    adoptable = models.PositiveIntegerField(
        _("new, with a former verification that still counts"), default=0
    )

    class Meta:
        verbose_name = _("import of a register")
        verbose_name_plural = _("imports of registers")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"],
                name="import_with_contents",
                condition=~models.Q(headings=[]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=ImportState.DONE) ^ models.Q(finished_at=None),
                name="import_done_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def total(self) -> int:
        return self.new + self.changed + self.same + self.refused

    @property
    def writes(self) -> int:
        """Rows that a run would write."""
        return self.new + self.changed

    @property
    def is_open(self) -> bool:
        """Whether its rows can still be taken over."""
        return self.state == ImportState.TRIED and bool(self.headings)
