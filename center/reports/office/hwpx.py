"""Placeholders in a Hangul document: ``{{bookings.uses}}`` anywhere in its text, also in cells,
heads and feet. Only the sections they stand in are changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from center.errors import RuleViolation
from center.reports import office_refusals as refusals
from center.reports.office import archive
from center.reports.office.names import Said, plain

_HP = "http://www.hancom.co.kr/hwpml/2011/paragraph"
_TEXT, _PARAGRAPH, _LAID_OUT = (f"{{{_HP}}}{tag}" for tag in ("t", "p", "linesegarray"))
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")
_TYPE = b"application/hwp+zip"


def names(data: bytes) -> list[str]:
    found: dict[str, None] = {}
    for root in _sections(archive.parts(data)).values():
        for texts in _paragraphs(root):
            whole = "".join(each.text or "" for each in texts)
            found |= dict.fromkeys(_PLACEHOLDER.findall(whole))
    return list(found)


def fill(data: bytes, said: Mapping[str, Said]) -> bytes:
    """The document with what is said under each name; other braces stay as they are."""
    changed = {}
    for name, root in _sections(archive.parts(data)).items():
        replaced = [_replace(texts, said) for texts in _paragraphs(root)]
        if any(replaced):
            changed[name] = archive.write_xml(root)
    return archive.written(data, changed)


def _sections(parts: Mapping[str, bytes]) -> dict[str, etree._Element]:
    if parts.get("mimetype", b"").strip() != _TYPE:
        raise RuleViolation(refusals.no_form())
    wanted = [name for name in parts if re.fullmatch(r"Contents/section\d+\.xml", name)]
    return {name: archive.read_xml(parts[name]) for name in wanted}


def _paragraphs(root: etree._Element) -> Iterator[list[etree._Element]]:
    """The pieces of text of each paragraph; those of the cells in it are theirs."""
    for paragraph in root.iter(_PARAGRAPH):
        texts = [
            text
            for text in paragraph.iter(_TEXT)
            if next(text.iterancestors(_PARAGRAPH)) is paragraph
        ]
        if texts:
            yield texts


def _replace(texts: list[etree._Element], said: Mapping[str, Said]) -> bool:
    """Hangul cuts a placeholder where letters look different or were typed at another time: its
    value takes the place, and the look, of its first piece."""
    pieces = [each.text or "" for each in texts]
    found = _PLACEHOLDER.finditer("".join(pieces))
    matches = [match for match in found if plain(match[1]) in said]
    for match in reversed(matches):
        _put(pieces, match.start(), match.end(), said[plain(match[1])].value.text)
    for each, text in zip(texts, pieces, strict=True):
        each.text = text
    if matches:
        _lay_out_anew(texts[0])
    return bool(matches)


def _put(pieces: list[str], start: int, end: int, value: str) -> None:
    at = 0
    for n, piece in enumerate(pieces):
        low, high = max(start - at, 0), min(end - at, len(piece))
        at += len(piece)
        if low < high:
            pieces[n] = piece[:low] + value + piece[high:]
            value = ""


def _lay_out_anew(text: etree._Element) -> None:
    """Where lines break was worked out for the placeholder; Hangul does it again."""
    paragraph = next(text.iterancestors(_PARAGRAPH))
    for child in paragraph.findall(_LAID_OUT):
        paragraph.remove(child)
