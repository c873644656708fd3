"""Registers as offices keep them: the same table as CSV in any encoding, or as XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from merchants.register_import.columns import split
from merchants.register_import.reading import read
from merchants.register_import.rows import Row, understand
from tests.factories.people import number

HEADINGS = [
    "상호",
    "사업자등록번호",
    "대표자",
    "구분",
    "업종(대분류)",
    "시도",
    "시군구",
    "전화",
    "개업일",
]


def business(n: int, **cells: Any) -> list[Any]:
    """The row of the n-th business, by heading where a test wants it otherwise."""
    row = {
        "상호": f"달구벌상점 {n}",
        "사업자등록번호": number(n),
        "대표자": f"김대표{n}",
        "구분": "개인",
        "업종(대분류)": "G",
        "시도": "대구광역시",
        "시군구": "북구",
        "전화": f"053-{200 + n // 10000:03}-{n % 10000:04}",
        "개업일": "2021-05-25",
        **cells,
    }
    return [row[heading] for heading in HEADINGS] + [
        cells[heading] for heading in cells if heading not in HEADINGS
    ]


def as_csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def understood(content: bytes) -> list[Row]:
    return understand(*split(read(content)))


def table(*rows: list[Any]) -> bytes:
    """A CSV of these rows under the usual headings."""
    return as_csv([HEADINGS, *rows])
