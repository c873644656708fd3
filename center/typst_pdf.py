"""PDFs by typst: tagged (PDF/UA-1), their fonts embedded, the same on every machine."""

from __future__ import annotations

import functools
from importlib.resources import files
from pathlib import Path

import typst

#: Noto Sans CJK alone, which has every Hangul syllable
FONTS = Path(str(files("noto_cjk_sans_otc")))


def compiled(
    sheet: Path,
    *,
    inputs: dict[str, str] | None = None,
    root: Path | None = None,
    timestamp: int | None = None,
) -> bytes:
    """The file made from a sheet. What people typed goes in through ``inputs``, or a file
    beside it under ``root``, as plain text and never as markup. ``timestamp``: when it says it
    was made, in seconds.

    Typst checks PDF/UA itself and raises ``typst.TypstError`` where a page would break it.
    """
    made = typst.compile(
        sheet,
        root=root or sheet.parent,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs or {},
        pdf_standards=["ua-1"],
        timestamp=timestamp,
    )
    assert isinstance(made, bytes)
    return made


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
