"""CSV as Korean offices open it: UTF-8 with BOM, no cell that a spreadsheet would execute."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

BOM = "\ufeff"
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(cell: object) -> str:
    """The cell as text; what begins like a formula gets an apostrophe before it."""
    text = "" if cell is None else str(cell)
    # Some spreadsheets read full-width signs, and look past blanks.
    begins = unicodedata.normalize("NFKC", text[:80]).lstrip(" ")
    return f"'{text}" if begins.startswith(_ACTIVE) else text


def lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line, so that a long one never stands in memory as a whole."""
    yield BOM + _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([neutral(cell) for cell in cells])
    return buffer.getvalue()


def response(
    filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """A download with that name (RFC 5987: Korean letters survive)."""
    answer = StreamingHttpResponse(
        (line.encode() for line in lines(header, rows)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
