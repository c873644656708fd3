"""The font of files: every Hangul syllable, embedded where a format embeds."""

from __future__ import annotations

import functools

from fontTools.ttLib import TTCollection

from center import typst_pdf

FAMILY = "Noto Sans CJK KR"
FOLDER = typst_pdf.FONTS
#: stands for what the font cannot show (emoji of a device's name, say)
MISSING = "□"


@functools.cache
def _known() -> frozenset[int]:
    with TTCollection(FOLDER / "NotoSansCJK-Regular.ttc", lazy=True) as collection:
        return frozenset(collection.fonts[0].getBestCmap())


def displayable(text: str) -> str:
    """The text with a box for each character the font lacks: PDF/UA refuses such."""
    return "".join(letter if ord(letter) in _known() else MISSING for letter in text)
