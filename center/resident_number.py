"""Resident registration numbers (주민등록번호, 외국인등록번호), which the house must not hold.

Thirteen digits: date of birth (yymmdd), a digit for century, sex and nationality (1–4 for
Koreans, 5–8 for foreigners; odd men, even women; 1, 2, 5, 6 born in the 1900s, 3, 4, 7, 8
since 2000), five digits and a check digit – which numbers given out since October 2020 no
longer have. So a plausible birth decides, not the check digit. 9 and 0 stood for the 1800s:
nobody who bears one is alive, and numbers of corporations often look so.

Two other kinds of numbers have thirteen digits too, and are let through where their own
check digit is right and a resident's is wrong. Corporations' (법인등록번호) begin with an
office of 11 to 28, so that ``110111-1707178`` reads as a birth on 11 January 1911. Barcodes of
Korean goods begin with 880 and have no hyphen.

What remains ambiguous: the number of a child born from 2011 to 2020, or of somebody of 98 and
older, passes as a corporation's in one case of ten if it was given out anew since October
2020; so does, without hyphen, one of somebody born in early 1988 as a barcode. An account
number of thirteen digits that begins like a birth is taken for a resident's.

The law: 개인정보 보호법 §24-2 lets only those hold them whom an act or decree names.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from center import clock

_NUMBER = re.compile(
    r"(?<![0-9])([0-9]{6})([\s.·~_/:;,|*\u200b-\u200d\u2060\ufeff‐‑‒–—−-]{0,3})([0-9]{7})(?![0-9])"
)
_CENTURIES = {
    "1": 1900,
    "2": 1900,
    "5": 1900,
    "6": 1900,
    "3": 2000,
    "4": 2000,
    "7": 2000,
    "8": 2000,
}
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
#: since then new numbers carry no check digit
_NO_CHECK_DIGIT = dt.date(2020, 10, 5)


def found_in(text: str) -> bool:
    """Whether ``text`` holds such a number, written in whichever width of digits, with or
    without a hyphen or blanks."""
    return any(_is_resident(match) for match in _NUMBER.finditer(_plain(text)))


def blank_out(text: str) -> str:
    """``text`` with a star for each digit of such a number."""
    for match in _NUMBER.finditer(_plain(text)):
        if _is_resident(match):
            start, end = match.span()
            text = text[:start] + re.sub(r"\d", "*", text[start:end]) + text[end:]
    return text


def refuse_resident_numbers(text: str) -> None:
    """Validator for every text a person types."""
    if found_in(text):
        raise ValidationError(
            _(
                "This looks like a resident registration number, which the law does not let us keep. Leave it out, or write the date of birth instead."
            ),
            code="resident_number",
        )


def _plain(text: str) -> str:
    """Digits and hyphens of every width and script as plain ones, one character for one, so
    that places stay."""
    return "".join(_character(character) for character in text)


def _character(character: str) -> str:
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _is_resident(match: re.Match[str]) -> bool:
    digits = match[1] + match[3]
    born = _birth(digits)
    if born is None or born > clock.today():
        return False
    if born >= _NO_CHECK_DIGIT or _check_digit_of_resident(digits):
        return True
    return not (_is_corporation(digits) or (not match[2] and _is_barcode(digits)))


def _birth(digits: str) -> dt.date | None:
    century = _CENTURIES.get(digits[6])
    if century is None:
        return None
    try:
        return dt.date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def _check_digit_of_resident(digits: str) -> bool:
    """Foreigners' numbers add 2 to what a Korean's would be."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    foreign = 2 if digits[6] in "5678" else 0
    return ((11 - total % 11) % 10 + foreign) % 10 == int(digits[12])


def _is_corporation(digits: str) -> bool:
    return "11" <= digits[:2] <= "28" and _completes_to_ten(digits, (1, 2))


def _is_barcode(digits: str) -> bool:
    """EAN-13 of the Korean range."""
    return digits.startswith("880") and _completes_to_ten(digits, (1, 3))


def _completes_to_ten(digits: str, weights: tuple[int, int]) -> bool:
    total = sum(int(digit) * weights[at % 2] for at, digit in enumerate(digits[:12]))
    return (10 - total % 10) % 10 == int(digits[12])
