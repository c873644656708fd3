from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from center.models import RightsRequest
from center.resident_number import refuse_resident_numbers


class RightsForm(forms.Form):
    """A request about one's own data."""

    kind = forms.ChoiceField(
        label=_("What do you ask for?"),
        choices=RightsRequest.Kind.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Which data, and what should happen to it?"),
        help_text=_("Please write no resident registration number here."),
        max_length=2000,
        validators=[refuse_resident_numbers],
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    """The staff's answer to one."""

    outcome = forms.ChoiceField(label=_("outcome"), choices=RightsRequest.Outcome.choices)
    answer = forms.CharField(
        label=_("answer"),
        help_text=_("The person reads it. If you refuse, say why and how to object."),
        max_length=2000,
        validators=[refuse_resident_numbers],
        widget=forms.Textarea(attrs={"rows": 6}),
    )
