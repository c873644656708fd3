"""What staff download: the template to fill in, and the rows a run did not take."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from center import csv_file
from merchants.models import RegisterImport
from merchants.register_import.columns import COLUMNS, Column

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def error_list(upload: RegisterImport) -> StreamingHttpResponse:
    """The refused rows as they came, each with its sentences. Corrected, the file can be
    taken over as it is: the two columns of ours are headings no register knows."""
    sentences = dict(upload.refusals)
    header = [_("Row"), *upload.headings, _("To be corrected")]
    rows = (
        [number, *_padded(cells, len(upload.headings)), " / ".join(sentences[number])]
        for number, cells in upload.rows
        if number in sentences
    )
    stem = upload.file_name.rpartition(".")[0] or upload.file_name
    return csv_file.response(f"{stem}_{_('errors')}.csv", header, rows)


def _padded(cells: list[str], width: int) -> list[str]:
    return (cells + [""] * width)[:width]


def template(
    title: str = "사업체 명부", columns: Sequence[Column] = COLUMNS, needed: str = ""
) -> bytes:
    """An XLSX with the headings, and a second sheet that says what goes under them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    sheet.append([column.heading for column in columns])
    _explain(book.create_sheet(_("How to fill it in")), columns, needed or _("for new businesses"))
    for number in range(1, len(columns) + 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = 18
        # Text, so that Excel leaves numbers and dates as they are typed.
        sheet.column_dimensions[letter].number_format = "@"
    for page in book.worksheets:
        page.freeze_panes = "A2"
        for cell in page[1]:
            cell.font = Font(bold=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _explain(sheet: Worksheet, columns: Sequence[Column], needed: str) -> None:
    sheet.append([_("Heading"), _("Needed"), _("Example"), _("Also understood")])
    for column in columns:
        sheet.append(
            [
                column.heading,
                needed if column.needed else "",
                column.example,
                ", ".join(column.aliases),
            ]
        )
    for letter in "ABCD":
        sheet.column_dimensions[letter].width = 32
