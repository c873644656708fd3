"""Telephone numbers the way Korea writes them."""

from __future__ import annotations

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_KOREA = 82


def normalised(text: str) -> str:
    """``01012345678``, ``+82 10 1234 5678`` → ``010-1234-5678``.

    A number of another country keeps its country code (``+81 3-1234-5678``); what no
    telephone answers raises ``ValidationError``.
    """
    try:
        number = phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException:
        raise _unknown() from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise _unknown()
    national = number.country_code == _KOREA
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if national else style.INTERNATIONAL)


def mobile(text: str) -> str:
    """The digits of a Korean mobile number, as ``01012345678``; empty for any other."""
    try:
        number = phonenumbers.parse(text, "KR")
    except phonenumbers.NumberParseException:
        return ""
    kinds = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if number.country_code != _KOREA or phonenumbers.number_type(number) not in kinds:
        return ""
    return f"0{number.national_number}"


def _unknown() -> ValidationError:
    return ValidationError(
        _("This is not a telephone number we can call. Write it like 010-1234-5678."),
        code="phone",
    )
