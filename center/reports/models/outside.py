from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock


class OutsideKind(models.TextChoices):
    """What the ministry asks for and no row of the portal tells (domain.md §2). Keys are those
    of the figures, less ``outside.``, and never renamed."""

    CONTENTS = "contents", _("Contents produced")
    SHOPS = "shops", _("New online shops")
    JOBS = "jobs", _("Jobs created")
    SPENT = "spent", _("Budget spent")


@pghistory.track()
class OutsideFigure(models.Model):
    """A number of a month that staff took from elsewhere, and where it stands."""

    month = models.DateField(_("first day of the month"))
    kind = models.CharField(_("figure"), max_length=20, choices=OutsideKind.choices)
    value = models.PositiveBigIntegerField(
        _("number of the month"),
        help_text=_("Of this month alone. The budget spent in thousand won."),
    )
    source = models.CharField(
        _("source"),
        max_length=80,
        help_text=_(
            "Where it stands, as the report is to name it: a register, a contract, a letter."
        ),
    )
    created_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("figure from elsewhere")
        verbose_name_plural = _("figures from elsewhere")
        ordering = ["-month", "kind", "source"]
        constraints = [
            models.UniqueConstraint(fields=["month", "kind", "source"], name="outside_once"),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="outside_of_a_whole_month"
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="outside_with_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.kind}"
