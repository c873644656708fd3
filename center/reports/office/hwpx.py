"""Placeholders in a Hangul document: ``{{bookings.uses}}`` anywhere in its text, also in cells,
heads and feet. Only the sections they stand in are changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from lxml import etree

from center.errors import RuleViolation
from center.reports import office_refusals as refusals
from center.reports.office import archive
from center.reports.office.names import Said, plain

_HP = "http://www.hancom.co.kr/hwpml/2011/paragraph"
_TEXT, _PARAGRAPH, _LAID_OUT = (f"{{{_HP}}}{tag}" for tag in ("t", "p", "linesegarray"))
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}")
_TYPE = b"application/hwp+zip"


class _Piece(NamedTuple):
    """Some letters of a paragraph: before the first tab or line break of an element, or behind
    one of them."""

    element: etree._Element
    where: Literal["text", "tail"]

    def read(self) -> str:
        letters: str | None = getattr(self.element, self.where)
        return letters or ""

    def write(self, letters: str) -> None:
        setattr(self.element, self.where, letters)


def names(data: bytes) -> list[str]:
    found: dict[str, None] = {}
    for root in _sections(archive.parts(data)).values():
        for pieces in _paragraphs(root):
            whole = "".join(each.read() for each in pieces)
            found |= dict.fromkeys(_PLACEHOLDER.findall(whole))
    return list(found)


def fill(data: bytes, said: Mapping[str, Said]) -> bytes:
    """The document with what is said under each name; other braces stay as they are."""
    changed = {}
    for name, root in _sections(archive.parts(data)).items():
        replaced = [_replace(pieces, said) for pieces in _paragraphs(root)]
        if any(replaced):
            changed[name] = archive.write_xml(root)
    return archive.written(data, changed)


def _sections(parts: Mapping[str, bytes]) -> dict[str, etree._Element]:
    if parts.get("mimetype", b"").strip() != _TYPE:
        raise RuleViolation(refusals.no_form())
    wanted = [name for name in parts if re.fullmatch(r"Contents/section\d+\.xml", name)]
    return {name: archive.read_xml(parts[name]) for name in wanted}


def _paragraphs(root: etree._Element) -> Iterator[list[_Piece]]:
    """The pieces of text of each paragraph; those of the cells in it are theirs."""
    for paragraph in root.iter(_PARAGRAPH):
        pieces = [
            piece
            for text in paragraph.iter(_TEXT)
            if next(text.iterancestors(_PARAGRAPH)) is paragraph
            for piece in (_Piece(text, "text"), *(_Piece(child, "tail") for child in text))
        ]
        if pieces:
            yield pieces


def _replace(pieces: Sequence[_Piece], said: Mapping[str, Said]) -> bool:
    """Hangul cuts a placeholder where letters look different or were typed at another time: its
    value takes the place, and the look, of its first piece."""
    letters = [each.read() for each in pieces]
    found = _PLACEHOLDER.finditer("".join(letters))
    matches = [match for match in found if plain(match[1]) in said]
    for match in reversed(matches):
        _put(letters, match.start(), match.end(), said[plain(match[1])].value.text)
    if matches:
        for piece, left in zip(pieces, letters, strict=True):
            piece.write(left)
        _lay_out_anew(pieces[0].element)
    return bool(matches)


def _put(letters: list[str], start: int, end: int, value: str) -> None:
    at = 0
    for n, here in enumerate(letters):
        low, high = max(start - at, 0), min(end - at, len(here))
        at += len(here)
        if low < high:
            letters[n] = here[:low] + value + here[high:]
            value = ""


def _lay_out_anew(text: etree._Element) -> None:
    """Where lines break was worked out for the placeholder; Hangul does it again."""
    paragraph = next(text.iterancestors(_PARAGRAPH))
    for child in paragraph.findall(_LAID_OUT):
        paragraph.remove(child)
