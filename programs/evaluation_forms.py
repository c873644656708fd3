"""What evaluators fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center.errors import RuleViolation
from center.line_field import LineField, LinesField
from programs.models import MOST_POINTS, Assignment, Criterion


class DeclareForm(forms.Form):
    """For one application: is there a conflict of interest?"""

    conflict = forms.ChoiceField(
        label=gettext_lazy("Conflict of interest"),
        choices=[
            ("no", gettext_lazy("No conflict")),
            ("yes", gettext_lazy("There is a conflict")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = LineField(
        label=gettext_lazy("Reason, if there is one"), max_length=300, required=False
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("conflict") == "yes" and not data.get("reason"):
            self.add_error("reason", _("Write in a few words what the conflict is."))
        return data


def declare_form(assignment: Assignment, data: Mapping[str, Any] | None = None) -> DeclareForm:
    return DeclareForm(data, prefix=f"a{assignment.pk}")


class SheetForm(forms.Form):
    """Points for each criterion, ``points_1`` onward in their order, and a remark.

    Empty ones may be saved; whether a sheet is complete is asked when it is locked.
    """

    comment = LinesField(
        label=gettext_lazy("Remark"),
        help_text=gettext_lazy("For our staff; applicants do not see it."),
        rows=4,
        max_length=1000,
        required=False,
    )

    def __init__(self, criteria: list[Criterion], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.criteria = criteria
        for n, criterion in enumerate(criteria, 1):
            self.fields[f"points_{n}"] = _points(criterion)
        self.order_fields([*(f"points_{n}" for n in range(1, len(criteria) + 1)), "comment"])

    @property
    def points(self) -> dict[int, int | None]:
        """What was entered, by criterion."""
        return {
            criterion.pk: self.cleaned_data.get(f"points_{n}")
            for n, criterion in enumerate(self.criteria, 1)
        }

    def refuse(self, refusal: RuleViolation) -> None:
        """Say at each field what a service refused."""
        for violation in refusal.violations:
            field = violation.field if violation.field in self.fields else None
            self.add_error(field, violation.sentence)


def _points(criterion: Criterion) -> forms.IntegerField:
    help_text = _("Weight %(weight)d. %(explanation)s") % {
        "weight": criterion.weight,
        "explanation": criterion.explanation,
    }
    return forms.IntegerField(
        label=criterion.display_name,
        help_text=help_text.strip(),
        min_value=0,
        max_value=MOST_POINTS,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "points"}),
    )


def sheet_form(assignment: Assignment, data: Mapping[str, Any] | None = None) -> SheetForm:
    """The form as the sheet stands, or as it was sent."""
    criteria = list(assignment.application.program.criteria.all())
    if data is not None:
        return SheetForm(criteria, data)
    sheet = getattr(assignment, "sheet", None)
    given = {mark.criterion_id: mark.points for mark in sheet.marks.all()} if sheet else {}
    initial: dict[str, Any] = {
        f"points_{n}": given.get(criterion.pk) for n, criterion in enumerate(criteria, 1)
    }
    return SheetForm(criteria, initial={**initial, "comment": sheet.comment if sheet else ""})
