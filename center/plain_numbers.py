"""A number as addresses and forms send it: whoever wrote it may have written anything."""

from __future__ import annotations

#: what every number of a row has room for
_DIGITS = 18


def plain_number(text: str) -> int | None:
    """``text`` as a number where it is up to 18 digits 0 to 9, else None.

    Digits of other scripts are none here, and thousands of digits are what Python itself
    refuses to read.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def row_number(text: str) -> int:
    """The same for the number of a row; 0, which no row has, where it is none."""
    return plain_number(text) or 0
