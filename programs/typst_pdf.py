"""PDFs by typst: tagged (PDF/UA-1), their fonts embedded, the same on every machine."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import typst

_FOLDER = Path(__file__).parent / "typst"


def compiled(template: str, inputs: dict[str, str]) -> bytes:
    """The file made from ``typst/<template>.typ``. What people typed goes in through
    ``inputs`` as plain text, never as markup."""
    made = typst.compile(
        (_FOLDER / f"{template}.typ").read_bytes(),
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
    )
    assert isinstance(made, bytes)
    return made


@functools.cache
def _fonts() -> typst.Fonts:
    """Noto Sans CJK alone, which has every Hangul syllable."""
    package = importlib.util.find_spec("noto_cjk_sans_otc")
    assert package is not None
    assert package.origin is not None
    folder = str(Path(package.origin).parent)
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
