from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from center import clock


class OfficeFormQuerySet(models.QuerySet["OfficeForm"]):
    def in_use(self) -> OfficeFormQuerySet:
        """Those not taken away, without the files."""
        return self.filter(retired_at=None).defer("data")


class OfficeForm(models.Model):
    """A form of the ministry's or city's own, with named places that an edition fills.

    The file never changes, so that the same form and edition give the same bytes; one that is
    replaced is taken away and stays. Written by ``services.office_forms`` alone.
    """

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel")
        HWPX = "hwpx", _("Hangul (HWPX)")

    name = models.CharField(_("name"), max_length=60)
    format = models.CharField(_("format"), max_length=4, choices=Format)
    data = models.BinaryField(_("file"))
    digest = models.CharField(_("SHA-256"), max_length=64)
    names = models.JSONField(_("names it fills"))
    unknown = models.JSONField(_("names no report knows"), default=list)
    added_at = models.DateTimeField(_("added"), default=clock.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    retired_at = models.DateTimeField(_("taken away"), null=True, editable=False)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = OfficeFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("form of an office")
        verbose_name_plural = _("forms of offices")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(retired_at=None), name="office_form_name_once"
            ),
            models.CheckConstraint(
                condition=Q(format__in=["xlsx", "hwpx"]), name="office_form_format_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    digest=Func(
                        Func(F("data"), function="sha256"),
                        models.Value("hex"),
                        function="encode",
                        output_field=models.TextField(),
                    )
                ),
                name="office_form_digest_true",
            ),
            models.CheckConstraint(
                condition=Q(retired_at=None, retired_by=None)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="office_form_retired_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_office_forms", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="office_form_stays",
                fields=["name", "format", "data", "digest", "names", "unknown", "added_by"],
            ),
        ]

    def __str__(self) -> str:
        return self.name
