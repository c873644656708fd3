"""The directory of partners and joint applications."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from center.line_field import LineField, LinesField
from merchants.forms import NumberField


class PartnerForm(forms.Form):
    """What others read; being in it is agreed to by ticking."""

    offers = LineField(
        label=_("What we offer"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    looks_for = LineField(
        label=_("What we look for"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agrees = forms.BooleanField(
        label=_("Other verified businesses may read these words, our trade name and our district"),
        error_messages={"required": _("Without it your business is not in the directory.")},
    )


class LetterForm(forms.Form):
    text = LinesField(
        label=_("What you want to say"),
        help_text=_(
            "Your trade name stands above it. The answer comes through the portal; your "
            "telephone is not passed on unless you write it."
        ),
        max_length=500,
        rows=6,
    )


class NameForm(forms.Form):
    number = NumberField(label=_("Business registration number"))
