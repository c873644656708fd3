from __future__ import annotations

import pghistory
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock


@pghistory.track()
class YearlyTarget(models.Model):
    """What the house is to reach in a year (목표), as agreed with the ministry and the city.

    The result is the figure of the same key, counted from the first of January on.
    """

    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000)])
    figure = models.CharField(_("figure"), max_length=60)
    value = models.DecimalField(
        _("target"),
        max_digits=14,
        decimal_places=1,
        help_text=_("In the unit of the figure, for the whole year."),
    )
    note = models.CharField(
        _("basis"),
        max_length=120,
        blank=True,
        help_text=_("For example the agreement it comes from."),
    )
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)
    created_at = models.DateTimeField(_("set"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("yearly target")
        verbose_name_plural = _("yearly targets")
        ordering = ["-year", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "figure"], name="target_once_a_year"),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="target_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.figure}"


class SavedTable(models.Model):
    """A choice of figures, cut, period and filters somebody wants to see again: the address
    it has, under a name. It holds no figures; they are counted anew, with the owner's rights."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_tables"
    )
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=4000)
    created_at = models.DateTimeField(_("saved"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("saved table")
        verbose_name_plural = _("saved tables")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_table_name_once")
        ]

    def __str__(self) -> str:
        return self.name
