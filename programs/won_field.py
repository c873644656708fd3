"""Amounts as people type them: ``1,234,000원``, ``1 234 000``."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class WonField(forms.IntegerField):
    """Whole won, none below zero; commas, blanks and a 원 at the end are no matter."""

    default_error_messages = {"invalid": _("Write a whole number in digits, like 12,000.")}

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "off"}
        defaults = {"min_value": 0, "max_value": 10**13, "widget": forms.TextInput(attributes)}
        super().__init__(**{**defaults, **options})

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            plain = unicodedata.normalize("NFKC", value).strip().removesuffix("원")
            value = "".join(plain.replace(",", "").split())
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value


class CountField(WonField):
    """A number of orders, viewers or the like."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_value": 2_000_000_000, **options})
