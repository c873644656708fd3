from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from center.line_field import LineField


class FreezeForm(forms.Form):
    """Why there is to be another version; the first needs no reason."""

    reason = LineField(
        label=_("What was corrected?"),
        help_text=_("It stands on the page and in the files of the new version."),
        max_length=300,
        required=False,
    )
