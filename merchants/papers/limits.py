"""What a paper may be, and how a limit speaks up inside the workshop.

Imported by the workshop's process, so nothing of Django here.
"""

from __future__ import annotations

#: bytes of one uploaded file; the proxy in front lets 50 MB through for one request
MAX_BYTES = 15 * 1024 * 1024
#: pixels of one image: a sheet of A4 scanned at 600 dpi has 35 million, a usual phone photo 12
MAX_PIXELS = 40_000_000
#: pages of one PDF
MAX_PAGES = 20
#: pixels of the longer side that are kept: A4 at 250 dpi, enough for the smallest print
LONG_SIDE = 3000

JPEG, PNG, WEBP, HEIC, PDF = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "application/pdf",
)
IMAGES = frozenset({JPEG, PNG, WEBP, HEIC})

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class Refused(Exception):
    """A file that is not taken; ``code`` is one of those in ``refusals``."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def type_of(data: bytes) -> str | None:
    """The media type by the first bytes, or None for all that is not accepted.

    A PDF must begin as one: readers search the first kilobyte for its mark, which is how a
    file gets to be a page of HTML and a PDF at the same time.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    return PDF if data.startswith(b"%PDF-") else None
