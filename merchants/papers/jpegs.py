"""The segments of a JPEG, to take out what is no picture without decoding it."""

from __future__ import annotations

_START, _SCAN, _MARK = b"\xff\xd8", 0xDA, 0xFF
#: JFIF (APP0) and Adobe's note on how colours are meant (APP14); without it they turn wrong
_KEPT_NOTES = (0xE0, 0xEE)
_NOTES = range(0xE0, 0xF0)
_COMMENT = 0xFE


def without_metadata(data: bytes) -> bytes:
    """The same JPEG without EXIF, XMP, IPTC, profiles and comments.

    Raises ValueError where it is none, or breaks off before the first scan.
    """
    if not data.startswith(_START):
        raise ValueError("no JPEG")
    kept, at = [_START], 2
    while True:
        if at + 4 > len(data) or data[at] != _MARK:
            raise ValueError("a JPEG that breaks off")
        kind = data[at + 1]
        if kind == _SCAN:
            return b"".join([*kept, data[at:]])
        if kind == _MARK:  # filling before a mark
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if kind != _COMMENT and (kind not in _NOTES or kind in _KEPT_NOTES):
            kept.append(data[at:end])
        at = end
