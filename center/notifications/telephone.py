"""Texts as mobile networks carry them: in CP949, the EUC-KR that Korean telephones read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHARSET = "cp949"
#: a text message of one piece; what is longer goes, and costs, as a long one (LMS)
SMS_BYTES = 90
#: the subject of a long one
SUBJECT_BYTES = 40
#: signs of ours that the character set has in another form
_ALIKE = str.maketrans({"–": "-", "—": "-", "−": "-", "₩": "￦", "•": "·", "\xa0": " "})
#: pictures, joiners, marks on their own: without them the sentence still says what it said
_ORNAMENTS = frozenset({"So", "Sk", "Cf", "Mn", "Me", "Cs", "Co", "Cn"})


@dataclass(frozen=True)
class Size:
    """How long a text is on the telephone, and so what it goes and costs as."""

    bytes: int

    @property
    def is_long(self) -> bool:
        return self.bytes > SMS_BYTES

    @property
    def label(self) -> str | Promise:
        return _("long text message (LMS)") if self.is_long else _("text message (SMS)")


def size_of(text: str) -> Size:
    """Of a text as it is ``carried``; two bytes for a Korean character."""
    return Size(len(text.encode(CHARSET, "replace")))


def carried(text: str) -> str:
    """The text without what no telephone would show: signs that are alike instead, letters
    without foreign accents, pictures left out, a question mark for the rest. The networks would
    put question marks for all of it; a long message does not carry more."""
    composed = unicodedata.normalize("NFC", text).translate(_ALIKE)
    return re.sub(" {2,}", " ", "".join(map(_carried, composed))).strip()


def shortened(subject: str) -> str:
    """As much of a subject as a long message has room for."""
    subject = carried(subject)
    while size_of(subject).bytes > SUBJECT_BYTES:
        subject = subject[:-1]
    return subject


def _carried(char: str) -> str:
    if _is_known(char):
        return char
    alike = "".join(filter(_is_known, unicodedata.normalize("NFKD", char)))
    return alike or ("" if unicodedata.category(char) in _ORNAMENTS else "?")


def _is_known(char: str) -> bool:
    try:
        char.encode(CHARSET)
    except UnicodeEncodeError:
        return False
    return True
