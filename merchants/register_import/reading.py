"""From the bytes of a file to rows of text: XLSX, or CSV in UTF-8 or CP949.

What a file is decides its content, not its name. Every cell becomes the text a person would
type: ``2208162517.0`` that Excel made of a number loses its zero, a date is written ISO.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl

from center import resident_number
from center.errors import RuleViolation
from merchants.register_import import refusals

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 5000
_MAX_COLUMNS = 64
_MAX_CELL = 1000
_RESIDENT = len("9001011234567")
#: more line breaks in one cell, and a quotation mark was left open that swallows rows
_MAX_BREAKS = 5
#: so many rows may stand above the businesses: titles, a date, the headings
_HEAD = 20
#: what an XLSX may weigh unpacked; 5,000 rows of 20 columns have about 6 MB
_MAX_UNPACKED = 32 * 1024 * 1024
_MAX_PARTS = 500
_XLSX, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WIDTHS = str.maketrans({"㈜": "(주)", "（": "(", "）": ")", "\u200b": "", "\ufeff": ""})


@dataclass(frozen=True)
class Line:
    """One row of a file: its number as a spreadsheet counts, and its cells."""

    number: int
    cells: tuple[str, ...]


def read(content: bytes, *, most: int = MAX_ROWS) -> list[Line]:
    """The rows of the file that have anything in them, title and heading rows included; ``most``
    are those below.

    Raises RuleViolation ``file_too_large``, ``too_many_rows``, ``old_excel``,
    ``file_unreadable`` or ``open_quotes``.
    """
    if len(content) > MAX_BYTES:
        raise RuleViolation(refusals.too_large(MAX_BYTES // 1024 // 1024))
    if content.startswith(_OLE):
        raise RuleViolation(refusals.old_excel())
    rows = _xlsx(content) if content.startswith(_XLSX) else _csv(content)
    lines: list[Line] = []
    for number, cells in rows:
        if cells := _without_empty_end(cells):
            lines.append(Line(number, cells))
        if len(lines) > most + _HEAD:
            raise RuleViolation(refusals.too_many_rows(most))
    return lines


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    filled = [at for at, cell in enumerate(cells, 1) if cell]
    return cells[: filled[-1]] if filled else ()


# CSV -----------------------------------------------------------------------------------------


def _csv(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    if b"\0" in content:  # no text, or in an encoding nobody here saves by default
        raise RuleViolation(refusals.unreadable())
    text = decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.count("\n") > _MAX_BREAKS for cell in cells):
                raise RuleViolation(refusals.open_quotes(number))
            yield number, tuple(_clean(cell) for cell in cells[:_MAX_COLUMNS])
    except csv.Error:
        raise RuleViolation(refusals.unreadable()) from None


def decode(content: bytes) -> str:
    """The text of a CSV: UTF-8 with or without BOM, CP949, or lines of either.

    Files put together from several sources mix both. CP949 that passes for UTF-8 does not
    occur in a whole file, so single lines are only looked at where the whole is neither.
    """
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return "\n".join(_decode_line(line) for line in content.splitlines())


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp949", errors="replace")


def _delimiter(text: str) -> str:
    """What separates the cells of the first lines: comma, tab or semicolon."""
    head = "\n".join(text.splitlines()[:_HEAD])
    return max(",\t;", key=head.count)


# XLSX ----------------------------------------------------------------------------------------


def _xlsx(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of the first sheet that has any."""
    _refuse_bombs(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = _sheet(sheet)
            if first := next(rows, None):
                yield first
                yield from rows
                return
    except RuleViolation:
        raise
    except Exception:  # openpyxl raises whatever a broken file happens to trip over
        raise RuleViolation(refusals.unreadable()) from None


def _refuse_bombs(content: bytes) -> None:
    """Look at the sizes before anything is unpacked; zipfile unpacks no more than they say."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except zipfile.BadZipFile:
        raise RuleViolation(refusals.unreadable()) from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > _MAX_UNPACKED or len(parts) > _MAX_PARTS:
        raise RuleViolation(refusals.too_large(_MAX_UNPACKED // 1024 // 1024))


def _sheet(sheet: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows with anything in them; one that is only formatted has nothing."""
    rows: Iterable[tuple[Any, ...]] = sheet.iter_rows(
        max_row=1_048_576, max_col=_MAX_COLUMNS, values_only=True
    )
    for number, values in enumerate(rows, 1):
        if values.count(None) < len(values):  # a million empty rows may stand between two
            yield number, tuple("" if v is None else _clean(_text(v)) for v in values)


def _text(value: Any) -> str:
    """What stands in a cell that is not empty, as a person would type it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time.min else value.isoformat(" ")
    return str(value)


def _clean(text: str) -> str:
    """One line in composed letters: files from a Mac write ㅎㅏㄴ for 한.

    The apostrophe before what looks like a formula is no part of it: spreadsheets hide it,
    and our own list of errors writes it. Resident registration numbers are starred in every
    column, before anything is kept.
    """
    text = unicodedata.normalize("NFC", text[:_MAX_CELL]).translate(_WIDTHS)
    text = "".join(c if c.isprintable() else " " for c in text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"^'(?=[=+@-])", "", text)
    return resident_number.blank_out(text) if len(text) >= _RESIDENT else text
