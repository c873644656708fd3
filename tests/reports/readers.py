"""What the four files say, read by libraries that did not write them.

Each reader finds the targets and tables of a report in the bytes of its format and compares
them, cell by cell, with what they are to say: numbers as numbers, words as words.
"""

from __future__ import annotations

import contextlib
import csv
import io
import tempfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import openpyxl
import pypdfium2
from hwp_hwpx_parser import HWPXReader

from center.reports.outline import Outline

Rows = list[list[str]]


def plain(cell: object) -> str:
    """A number without grouping and empty places, a word as it is."""
    text = str(cell)
    try:
        return f"{Decimal(text.replace(',', '')).normalize():f}"
    except InvalidOperation:
        return text


def told(outline: Outline) -> tuple[Rows, list[Rows]]:
    """What targets and tables are to say."""
    targets = [[t.name, t.unit, *(plain(v.text) for v in t.values)] for t in outline.targets]
    tables = [
        [[line.name, *(plain(v.text) for v in line.values)] for line in section.all_lines]
        for section in outline.sections
    ]
    return targets, tables


def _rows(rows: Rows, words: int) -> Rows:
    return [[*row[:words], *map(plain, row[words:])] for row in rows]


def check_xlsx(data: bytes, outline: Outline) -> None:
    targets, tables = told(outline)
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [[c.value for c in row] for row in book.worksheets[0].iter_rows()]
    if targets:
        first = next(n for n, row in enumerate(cells) if row[0] == targets[0][0])
        read = [row[: len(targets[0])] for row in cells[first:]]
        assert _rows(read, 2) == targets
    sheets = book.worksheets[1:-1]
    assert len(sheets) == len(tables)
    for sheet, wanted in zip(sheets, tables, strict=True):
        read = [[c.value for c in row] for row in sheet.iter_rows(min_row=5)]
        read = [row[: len(wanted[0])] for row in read[: len(wanted)]]
        assert _rows(read, 1) == wanted
        numbers = [cell for row in read for cell in row[1:] if cell not in ("X", "–")]
        assert all(isinstance(cell, int | float) for cell in numbers)


def check_csv(data: bytes, outline: Outline) -> None:
    targets, tables = told(outline)
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    if targets:
        first = next(n for n, row in enumerate(rows) if row[:1] == [targets[0][0]])
        assert _rows(rows[first : first + len(targets)], 2) == targets
    at = 0
    for section, wanted in zip(outline.sections, tables, strict=True):
        at = rows.index([section.title], at) + 2
        read = [[row[0].lstrip("'"), *row[1:]] for row in rows[at : at + len(wanted)]]
        assert _rows(read, 1) == wanted


def check_pdf(data: bytes, outline: Outline) -> None:
    """Every row in one piece and in its order; where a line breaks does not matter."""
    said, at = "".join(_pdf_text(data).split()), 0
    lines = [[t.name, t.unit, *(v.text for v in t.values)] for t in outline.targets]
    for section in outline.sections:
        lines += [[line.name, *(v.text for v in line.values)] for line in section.all_lines]
    for line in lines:
        wanted = "".join("".join(line).split())
        assert wanted in said[at:], line
        at = said.index(wanted, at) + len(wanted)


def check_hwpx(data: bytes, outline: Outline) -> None:
    targets, tables = told(outline)
    read = [[[*row] for row in table] for table in _hwpx_tables(data)]
    if targets:
        assert _rows(read.pop(0)[1:], 2) == targets
    assert [_rows(table[1:], 1) for table in read[:-1]] == tables


def _hwpx_tables(data: bytes) -> list[Rows]:
    with opened_hwpx(data) as document:
        return [table.rows for table in document.get_tables()]


@contextlib.contextmanager
def opened_hwpx(data: bytes) -> Iterator[HWPXReader]:
    with tempfile.NamedTemporaryFile(suffix=".hwpx") as file:
        file.write(data)
        file.flush()
        with HWPXReader(file.name) as document:
            yield document


CHECKS = {"xlsx": check_xlsx, "csv": check_csv, "pdf": check_pdf, "hwpx": check_hwpx}


def _pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return " ".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def _xlsx_text(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return " ".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)


def _hwpx_text(data: bytes) -> str:
    with opened_hwpx(data) as document:
        return document.extract_text()


TEXTS = {
    "xlsx": _xlsx_text,
    "csv": lambda data: data.decode("utf-8-sig"),
    "pdf": _pdf_text,
    "hwpx": _hwpx_text,
}
