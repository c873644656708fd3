from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from center.reports.models.editions import Edition


class Comparison(models.Model):
    """What the data stated differently than an edition when they were last counted beside it:
    corrections that came later. Written by ``services.comparing`` alone."""

    edition = models.OneToOneField(
        Edition, on_delete=models.PROTECT, related_name="comparison", verbose_name=_("edition")
    )
    compared_at = models.DateTimeField(_("compared"))
    #: as ``publishing.Difference`` has them, full numbers
    differences = models.JSONField(_("differences"), default=list)

    class Meta:
        verbose_name = _("comparison of a report")
        verbose_name_plural = _("comparisons of reports")

    def __str__(self) -> str:
        return f"{self.edition} {self.compared_at}"
