"""One line of text, or several, as people type them, in every form."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

from center.resident_number import refuse_resident_numbers

#: control, formatting (right-to-left overrides among them), line and paragraph separators
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
#: letters and signs that show as nothing and so make a name that looks empty or like another's:
#: the Hangul fillers and the empty Braille cell, which take up a place
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
#: and, taking up none, the grapheme joiner, two Khmer vowels, and what chooses among forms of
#: a letter, which few letters have and an emoji does without
_NOTHING = frozenset(
    map(chr, [0x034F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)])
) | frozenset(map(chr, range(0xE0100, 0xE01F0)))


class LineField(forms.CharField):
    """Stays one line: what breaks it or cannot be seen becomes a blank, so that no name writes
    lines of its own into a mail. Without resident registration numbers."""

    default_validators = [refuse_resident_numbers]

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if "\0" in text:  # refused as such
            return text
        return " ".join("".join(map(_seen, text)).split())


def _seen(character: str) -> str:
    if character in _NOTHING:
        return ""
    if character in _BLANK or unicodedata.category(character) in _UNSEEN:
        return " "
    return character


class LinesField(forms.CharField):
    """Several lines, each as ``LineField`` keeps one but with its blanks; what turns the
    direction of writing around cannot make a sentence read as another one."""

    default_validators = [refuse_resident_numbers]

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if "\0" in text:  # refused as such
            return text
        return "\n".join("".join(map(_seen, line)).rstrip() for line in text.splitlines())
