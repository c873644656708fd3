"""Targets of the years, kept by managers; figures from elsewhere, entered by staff; periods whose
freezing is left to people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from center import clock
from center.admin_site import CenterAdminSite, Errand, Line
from center.figures import registry
from center.reports.models import OutsideFigure, YearlyTarget
from center.reports.services import freezing


class YearlyTargetForm(forms.ModelForm):
    """The figure is one of those the apps define."""

    figure = forms.ChoiceField(label=_("figure"))

    class Meta:
        model = YearlyTarget
        fields = ("year", "figure", "value", "note", "position")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["figure"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(f.key, f"{f.name} ({f.unit})") for f in registry.figures()]


@admin.register(YearlyTarget)
class YearlyTargetAdmin(admin.ModelAdmin):
    form = YearlyTargetForm
    list_display = ("year", "figure_name", "value", "note")
    list_display_links = ("year", "figure_name")
    list_filter = ("year",)

    @admin.display(description=_("figure"))
    def figure_name(self, target: YearlyTarget) -> str:
        """Its name; the key of one that no app defines any longer."""
        known = {figure.key: figure for figure in registry.figures()}
        figure = known.get(target.figure)
        return f"{figure.name} ({figure.unit})" if figure else target.figure

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was to be reached stays readable; a wrong one is corrected."""
        return False


class OutsideFigureForm(forms.ModelForm):
    """A month is meant whichever of its days is typed; of one that has not begun there is
    nothing to enter."""

    class Meta:
        model = OutsideFigure
        fields = ("month", "kind", "value", "source")

    def clean_month(self) -> dt.date:
        month: dt.date = self.cleaned_data["month"].replace(day=1)
        if month > clock.today():
            raise forms.ValidationError(
                _("This month has not begun. Choose a month up to the present one.")
            )
        return month


@admin.register(OutsideFigure)
class OutsideFigureAdmin(admin.ModelAdmin):
    form = OutsideFigureForm
    list_display = ("month_label", "kind", "value", "source")
    list_display_links = ("month_label", "kind")
    list_filter = ("kind",)
    date_hierarchy = "month"

    @admin.display(description=_("month"), ordering="month")
    def month_label(self, figure: OutsideFigure) -> str:
        return f"{figure.month:%Y-%m}"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was reported stays readable; a wrong number is corrected."""
        return False


def _left_to_people() -> Iterator[Line]:
    """One query where no freezing ever came to nothing, else one more for each such period."""
    said = gettext(
        "The figures of %(period)s are not frozen, and the timetable no longer tries. See why, and freeze them."
    )
    for period in freezing.left_to_people():
        yield Line(said % {"period": period.label}, reverse("report", args=[period.key]), True)


cast("CenterAdminSite", admin.site).add_errand(Errand("reports.add_edition", _left_to_people))
