"""What staff fill in while selecting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center.errors import RuleViolation
from center.line_field import LineField
from center.models import User
from programs.services import assign


class RefusableForm(forms.Form):
    """Says at its fields what a service refused."""

    def refuse(self, refusal: RuleViolation) -> None:
        for violation in refusal.violations:
            field = violation.field if violation.field in self.fields else None
            self.add_error(field, violation.sentence)


class EligibilityForm(RefusableForm):
    """``chosen``: applications with the revision that was seen."""

    decision = forms.ChoiceField(choices=[("ineligible", ""), ("readmit", "")])
    chosen = forms.Field(widget=forms.MultipleHiddenInput, required=False)
    reason = LineField(
        label=gettext_lazy("Which condition is not met"),
        help_text=gettext_lazy("The business reads it word for word."),
        max_length=300,
        required=False,
    )

    def clean_chosen(self) -> dict[int, int]:
        """Revisions by id of the application."""
        try:
            pairs = [str(item).split(":") for item in self.cleaned_data["chosen"] or []]
            found = {int(pk): int(revision) for pk, revision in pairs}
        except ValueError:
            raise ValidationError(_("The list could not be read. Load the page again.")) from None
        if not found:
            raise ValidationError(_("Choose at least one application."))
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("decision") == "ineligible" and not data.get("reason"):
            self.add_error("reason", _("Write which condition is not met."))
        for error in self.errors.pop("chosen", []):  # said of the whole: there is no one field
            self.add_error(None, error)
        return data


class PeopleField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


class SpreadForm(RefusableForm):
    evaluators = PeopleField(
        label=gettext_lazy("Among these evaluators"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one evaluator.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["evaluators"].queryset = assign.evaluators()  # type: ignore[attr-defined]

    def offer(self, people: Sequence[User]) -> None:
        """Show these, read already, instead of asking for everybody once more."""
        field = cast("PeopleField", self.fields["evaluators"])
        field.choices = [(person.pk, field.label_from_instance(person)) for person in people]


class AssignForm(RefusableForm):
    evaluator = PersonField(label=gettext_lazy("Evaluator"), queryset=User.objects.none())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["evaluator"].queryset = assign.evaluators()  # type: ignore[attr-defined]


class ReleaseForm(RefusableForm):
    reason = LineField(label=gettext_lazy("Why it is taken from the evaluator"), max_length=300)


class AnnounceForm(RefusableForm):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    fewer_because = LineField(
        label=gettext_lazy("Why it is announced with fewer evaluators"),
        help_text=gettext_lazy("Kept with the announcement."),
        max_length=300,
        required=False,  # the service asks for it where it is needed
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I have looked at the ranking. It is published once and stays."),
        error_messages={"required": gettext_lazy("Tick this when you have looked at the ranking.")},
    )


class SeedForm(RefusableForm):
    beacon_source = LineField(
        label=gettext_lazy("Public number to be mixed in"),
        help_text=gettext_lazy(
            "One that will be known only after the list is published, for example the numbers of "
            "a named round of the state lottery. Empty: seed and list alone decide."
        ),
        max_length=200,
        required=False,
    )


class DrawForm(RefusableForm):
    beacon = LineField(
        label=gettext_lazy("The public number, as it was published"),
        max_length=200,
        required=False,
    )
    sure = forms.BooleanField(
        label=gettext_lazy("The lots are drawn once; the results are published at once."),
        error_messages={"required": gettext_lazy("Tick this to draw the lots.")},
    )
