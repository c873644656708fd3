from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class VersionedTextQuerySet(models.QuerySet[Any]):
    def in_force(self, at: dt.datetime) -> Self:
        """The newest version of each kind that had come into force at that instant."""
        begun = self.filter(in_force_from__lte=at).order_by("kind", "-version")
        return begun.distinct("kind")


class VersionedText(models.Model):
    """A text people may rely on, plain text in two languages (see ``center.prose``).

    A version that is in force is never changed or deleted, and a new one begins after the
    one before it; a trigger sees to both. Until it is in force it may be corrected.
    """

    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    title_ko = models.CharField(_("title (Korean)"), max_length=100)
    title_en = models.CharField(_("title (English)"), max_length=100)
    body_ko = models.TextField(
        _("text (Korean)"),
        max_length=30000,
        help_text=_("Plain text. “## ” begins a heading, “- ” an item of a list."),
    )
    body_en = models.TextField(_("text (English)"), max_length=30000)
    in_force_from = models.DateTimeField(_("in force from"))

    if TYPE_CHECKING:
        kind: Any  # each model names its own
    objects: ClassVar[Any] = VersionedTextQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    @property
    def title(self) -> str:
        return self.title_ko if get_language() == "ko" else self.title_en

    @property
    def body(self) -> str:
        return self.body_ko if get_language() == "ko" else self.body_en


class LegalText(VersionedText):
    """The privacy policy (개인정보 처리방침) and the terms of use, with their past versions."""

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("Privacy policy")
        TERMS = "terms", _("Terms of use")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="legal_text_version_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["privacy", "terms"]), name="legal_text_kind_known"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse(f"{self.kind}_version", args=[self.version])
