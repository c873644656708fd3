from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PinForm(forms.Form):
    """The number on the screen; spaces people type into it do no harm."""

    pin = forms.CharField(
        label=_("Number on the screen"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "autocapitalize": "off"}
        ),
    )

    def clean_pin(self) -> str:
        return "".join(c for c in self.cleaned_data["pin"] if c.isdecimal() and c.isascii())


class NumberForm(forms.Form):
    """The number of a paper, as it stands on it or without its hyphens."""

    number = forms.CharField(
        label=_("Number of the document"),
        help_text=_("As in 2026-B7K2M-9QXM4, at the top left of the document."),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_number(self) -> str:
        return normal(self.cleaned_data["number"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False


def normal(typed: str) -> str:
    """``2026b7k2m9qxm4`` is ``2026-B7K2M-9QXM4``. Nothing but letters, digits and hyphens comes
    through, and something always does."""
    bare = "".join(c for c in typed.upper() if c.isascii() and c.isalnum())
    return f"{bare[:4]}-{bare[4:9]}-{bare[9:]}" if len(bare) == 14 else bare[:24] or "-"
