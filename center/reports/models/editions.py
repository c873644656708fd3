from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center import clock

if TYPE_CHECKING:
    from center.reports.content import Content


def _sha256_of(column: str) -> Func:
    """As the database itself works it out."""
    read = Func(F(column), Value("UTF8"), function="convert_to")
    hashed = Func(read, function="sha256")
    return Func(hashed, Value("hex"), function="encode", output_field=models.TextField())


class EditionQuerySet(models.QuerySet["Edition"]):
    def of(self, period_key: str) -> EditionQuerySet:
        """All versions of a period, the newest first."""
        return self.filter(period_key=period_key).order_by("-version")

    def first_versions(self) -> EditionQuerySet:
        return self.filter(version=1)

    def heads(self) -> EditionQuerySet:
        """Without the contents, which are long."""
        return self.defer("content", "public_content")


class Edition(models.Model):
    """A finished period as it was stated once: a version is never changed or taken back.

    ``content`` is the canonical JSON (``center.reports.content``) with all figures,
    ``public_content`` the same with what disclosure control hides. The database checks that
    each digest is that of its text, and triggers refuse UPDATE, DELETE and TRUNCATE. Written
    by ``services.freezing`` alone.
    """

    period_key = models.CharField(_("period"), max_length=7, editable=False)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("day after the last"))
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.TextField(_("content"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    public_content = models.TextField(_("content as handed out"))
    public_digest = models.CharField(_("SHA-256 as handed out"), max_length=64)
    as_of = models.DateTimeField(_("as of"))
    frozen_at = models.DateTimeField(_("frozen"), default=clock.now, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("frozen by"),
        help_text=_("Empty: by the timetable."),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of a report")
        verbose_name_plural = _("editions of reports")
        ordering = ["-starts", "period_key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["period_key", "version"], name="edition_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="edition_counted_from_one"),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""), name="edition_again_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(digest=_sha256_of("content"))
                & Q(public_digest=_sha256_of("public_content")),
                name="edition_digests_true",
            ),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="edition_of_days"),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_editions", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="keep_all_editions",
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_key} {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.period_key])

    @property
    def label(self) -> str:
        """As addresses and file names call it."""
        return f"v{self.version}"

    @property
    def full(self) -> Content:
        return cast("Content", json.loads(self.content))

    @property
    def public(self) -> Content:
        return cast("Content", json.loads(self.public_content))
