"""When two spellings mean the same name, address or telephone."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

#: NFKC has turned ㈜ and ㈕ into (주) and (유) by then
_LEGAL_FORMS = re.compile(
    r"\((?:주|유|합|재|사)\)|주식회사|유한책임회사|유한회사|합자회사|합명회사|농업회사법인|협동조합"
)
_NOISE = re.compile(r"[\W_]+")
#: what says nothing in a telephone and in an address, for PostgreSQL as well
PHONE_NOISE, ADDRESS_NOISE = r"\D", r"\([^)]*\)|[\s,.]"
#: share of characters in the same order from which two names look alike
_ALIKE = 0.8


def plain_name(text: str) -> str:
    """``㈜ 달구벌 수제청`` and ``달구벌수제청(주)`` become ``달구벌수제청``."""
    return _NOISE.sub("", _LEGAL_FORMS.sub("", unicodedata.normalize("NFKC", text).casefold()))


def plain_address(text: str) -> str:
    """Without spaces, commas and what stands in brackets; hyphens count: 1-2 is not 12."""
    return re.sub(ADDRESS_NOISE, "", unicodedata.normalize("NFKC", text).casefold())


def plain_phone(text: str) -> str:
    """Digits alone, as dialled inside Korea: ``+82 53-123-4567`` becomes ``0531234567``."""
    digits = re.sub(PHONE_NOISE, "", text)
    return f"0{digits[2:].removeprefix('0')}" if digits.startswith("82") else digits


def names_are_alike(one: str, other: str) -> bool:
    """Equal, one inside the other (two characters and more), or nearly the same letters."""
    one, other = plain_name(one), plain_name(other)
    if not one or not other:
        return False
    short, long = sorted((one, other), key=len)
    if short == long or (len(short) > 1 and short in long):
        return True
    return SequenceMatcher(None, one, other).ratio() >= _ALIKE
