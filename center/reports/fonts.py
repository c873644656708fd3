"""The font of files: every Hangul syllable, embedded where a format embeds."""

from __future__ import annotations

import functools
import struct

from fontTools.ttLib import TTCollection

from center import typst_pdf

FAMILY = "Noto Sans CJK KR"
FOLDER = typst_pdf.FONTS
#: stands for what the font cannot show (emoji of a device's name, say)
MISSING = "□"
#: its map of all Unicode (OpenType, ``cmap``): platform and encoding, the kind of table, and the
#: bytes before its groups
_WINDOWS_FULL, _GROUPED, _HEAD = (3, 10), 12, 16


@functools.cache
def _known() -> frozenset[int]:
    """From the bytes of the map alone: fontTools would read the names of all glyphs besides,
    which takes ten times as long and 33 MB that a process never gives back."""
    with TTCollection(FOLDER / "NotoSansCJK-Regular.ttc", lazy=True) as collection:
        data = collection.fonts[0].reader["cmap"]
    count = struct.unpack_from(">H", data, 2)[0]
    entries = struct.iter_unpack(">HHI", data[4 : 4 + 8 * count])
    at = {(platform, encoding): offset for platform, encoding, offset in entries}[_WINDOWS_FULL]
    kind, *_unused, groups = struct.unpack_from(">HHIII", data, at)
    if kind != _GROUPED:
        raise ValueError(f"the font's map is of kind {kind}, not {_GROUPED}")
    first = at + _HEAD
    ranges = struct.iter_unpack(">III", data[first : first + 12 * groups])
    return frozenset(code for low, high, _glyph in ranges for code in range(low, high + 1))


def displayable(text: str) -> str:
    """The text with a box for each character the font lacks: PDF/UA refuses such."""
    return "".join(letter if ord(letter) in _known() else MISSING for letter in text)
