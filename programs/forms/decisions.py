"""What staff say with a decision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from center import clock
from center.line_field import LinesField


class ReasonForm(forms.Form):
    reason = LinesField(
        label=_("Reason"),
        max_length=500,
        rows=3,
        help_text=_("The applicants read it as it is."),
    )


class SupplementForm(forms.Form):
    note = LinesField(
        label=_("What is asked for"),
        max_length=500,
        rows=3,
        help_text=_("The applicant reads it above the form."),
    )
    until = forms.DateTimeField(
        label=_("To be answered by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        initial=lambda: clock.local(clock.now() + 3 * clock.DAY).replace(
            hour=18, minute=0, second=0, microsecond=0
        ),
    )
