"""What an applicant answered: kept as typed until it is handed in, then checked and in rows."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock
from programs.models.applications import Application
from programs.models.call_parts import Question


class Answer(models.Model):
    """What was answered to one question: text, a number as text, an ISO date, or a list."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    value = models.JSONField(_("answer"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["question__position", "question_id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"


class AnswerFile(models.Model):
    """A file answering a question, encrypted in the store of papers.

    It is kept as soon as it is sent, so that nobody chooses it twice after a mistake elsewhere
    in the form.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="answer_files"
    )
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="files")
    stored_name = models.CharField(max_length=100, unique=True, null=True, editable=False)
    key_id = models.CharField(max_length=16, editable=False, db_index=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    sent_at = models.DateTimeField(_("taken in"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("file of an answer")
        verbose_name_plural = _("files of answers")
        ordering = ["question__position", "question_id", "pk"]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What was typed and not handed in yet, field by field, right or wrong."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="draft")
    #: name of the field: what was typed, several for a list
    typed = models.JSONField(_("typed"), default=dict)
    saved_at = models.DateTimeField(_("saved"), default=clock.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return f"{self.application}"
