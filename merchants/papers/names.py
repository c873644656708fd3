"""The name a file came with, made fit to be shown and to be saved under."""

from __future__ import annotations

import re
import unicodedata

from center import resident_number
from merchants.papers.limits import JPEG, PDF, PNG

MAX_LENGTH = 100
_SUFFIXES = {JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
#: control, formatting (right-to-left overrides among them), half a surrogate pair, private
#: use, unassigned, line and paragraph separators
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_RESERVED = re.compile(r'[<>:"|?*]')


def display_name(raw: str, content_type: str) -> str:
    """``C:\\\\scan\\\\증명서.HEIC`` becomes ``증명서.jpg``: the last part alone, Korean letters
    composed as macOS does not send them, nothing invisible, resident registration numbers
    blanked out, at most MAX_LENGTH characters, the ending that its content has."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    name = "".join(" " if c.isspace() else c for c in name if not _is_unseen(c))
    stem = resident_number.blank_out(_RESERVED.sub(" ", _SUFFIX.sub("", name)))
    stem = " ".join(stem.split()).strip(". ")
    suffix = _SUFFIXES[content_type]
    return f"{stem[: MAX_LENGTH - len(suffix)].rstrip('. ') or 'paper'}{suffix}"


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN
