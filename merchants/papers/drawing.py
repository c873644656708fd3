"""A page as a picture for the screen. Runs in the workshop."""

from __future__ import annotations

import math

import pypdfium2
from PIL import Image

from merchants.papers import images
from merchants.papers.limits import JPEG, PDF, Refused

#: whatever a PDF says of the size of its pages, no more is drawn
_MAX_PIXELS = 8_000_000
_MAX_HEIGHT = 20_000


def draw(
    data: bytes, *, content_type: str, page: int, width: int
) -> tuple[dict[str, object], bytes]:
    """Page ``page`` (from 1), ``width`` pixels wide at most, as a JPEG.

    Raises Refused: ``no_such_page``, ``paper_broken``.
    """
    if content_type == PDF:
        picture = _pdf_page(data, page, width)
    elif page == 1:
        picture = images.upright(data, content_type, (width, _MAX_PIXELS // width))
    else:
        raise Refused("no_such_page")
    return {"content_type": JPEG}, images.encoded(picture, "JPEG")


def _pdf_page(data: bytes, page: int, width: int) -> Image.Image:
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            if not 1 <= page <= len(pdf):
                raise Refused("no_such_page")
            sheet = pdf[page - 1]
            bitmap = sheet.render(
                scale=_scale(sheet.get_width(), sheet.get_height(), width), draw_annots=False
            )
            picture: Image.Image = bitmap.to_pil().convert("RGB")
            return picture
    except (pypdfium2.PdfiumError, ValueError, ZeroDivisionError) as error:
        raise Refused("paper_broken") from error


def _scale(wide: float, high: float, width: int) -> float:
    return min(width / wide, _MAX_HEIGHT / high, math.sqrt(_MAX_PIXELS / (wide * high)))
