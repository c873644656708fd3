"""Pictures made anew: decoded, set upright, made smaller, encoded without anything besides.

Runs in the workshop. Nothing of the file that came survives but its pixels: no metadata, no
place, no second picture, nothing appended.
"""

from __future__ import annotations

import io
import struct
import zlib

import pillow_heif
from PIL import Image, ImageOps

from merchants.papers.limits import HEIC, JPEG, LONG_SIDE, MAX_PIXELS, PNG, WEBP, Refused

Image.MAX_IMAGE_PIXELS = None  # ours is lower and asked before a pixel is decoded
pillow_heif.register_heif_opener(
    decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
)

#: the only reader each type is given to
_READERS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF"}
#: what the readers raise on a file that is cut off or makes no sense
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error, zlib.error)
_JPEG_QUALITY = 85


def clean(data: bytes, *, content_type: str) -> tuple[dict[str, object], bytes]:
    """The picture as a JPEG; a screenshot as a PNG if it is smaller so.

    Raises Refused: ``paper_too_many_pixels``, ``paper_broken``.
    """
    image = upright(data, content_type, (LONG_SIDE, LONG_SIDE))
    kept_type, content = JPEG, encoded(image, "JPEG")
    screenshot = content_type == PNG and max(image.size) < LONG_SIDE
    if screenshot and len(png := encoded(image, "PNG")) < len(content):
        kept_type, content = PNG, png
    return {"content_type": kept_type, "pages": 1}, content


def upright(data: bytes, content_type: str, box: tuple[int, int]) -> Image.Image:
    """The first picture, the right way up, RGB or grey, on white, made to fit into ``box``
    (width and height in pixels, as the camera held it); never made larger.

    Raises Refused: ``paper_too_many_pixels``, ``paper_broken``.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=[_READERS[content_type]])
        if image.width * image.height > MAX_PIXELS:
            raise Refused("paper_too_many_pixels")
        size = _fitting(image.size, box)
        image.draft(None, size)  # a JPEG can be decoded at a half, a quarter, an eighth
        image.load()
        return ImageOps.exif_transpose(_resized(_plain(image), size))
    except _BROKEN as error:
        raise Refused("paper_broken") from error


def encoded(image: Image.Image, form: str) -> bytes:
    """The pixels alone: what Pillow keeps beside them would be written too."""
    image.info.clear()
    file = io.BytesIO()
    image.save(file, form, quality=_JPEG_QUALITY, optimize=form == "JPEG")
    return file.getvalue()


def _fitting(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, box[0] / size[0], box[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain(image: Image.Image) -> Image.Image:
    """Grey or RGB, which can be scaled smoothly. Colour profiles are dropped, not converted: a
    paper stays as readable, and one parser less touches what strangers send."""
    if image.has_transparency_data:
        return _on_white(image.convert("RGBA"))
    if image.mode in {"L", "RGB"}:
        return image
    if image.mode == "I;16":  # a scanner's grey; Pillow would make white of all above 255
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("L" if image.mode == "1" else "RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Black writing on nothing would become black on black."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    paper.info = dict(image.info)  # which way is up
    return paper


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
