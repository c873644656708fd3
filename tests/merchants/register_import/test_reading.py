"""From bytes to rows of text, whatever program wrote them."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
import unicodedata
import zipfile

import openpyxl
import pytest

from center.errors import RuleViolation
from merchants.register_import.reading import MAX_BYTES, MAX_ROWS, read
from tests.merchants.register_import.registers import as_csv, as_xlsx

ROWS = [["상호", "전화"], ["달구벌 수제청", "053-123-4567"], ["쁘띠펲", "010-1234-5678"]]


def texts(content):
    return [list(line.cells) for line in read(content)]


def code(content):
    with pytest.raises(RuleViolation) as caught:
        read(content)
    return caught.value.codes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_read_when_csv_then_encoding_and_delimiter_are_recognised(encoding, delimiter):
    assert texts(as_csv(ROWS, encoding, delimiter)) == ROWS


def test_read_when_lines_mix_encodings_then_each_is_read_by_itself():
    mixed = b"".join(
        as_csv([[f"가게 {n}", "대구 북구"]], "cp949" if n % 2 else "utf-8") for n in range(50)
    )
    assert texts(mixed) == [[f"가게 {n}", "대구 북구"] for n in range(50)]


def test_read_when_letters_are_decomposed_then_composed():
    assert texts(unicodedata.normalize("NFD", "상호,전화\n한글,1").encode()) == [
        ["상호", "전화"],
        ["한글", "1"],
    ]


def test_read_when_cells_hold_signs_of_all_kinds_then_one_plain_line():
    content = as_csv([["㈜달구벌", "（주）한빛", " 두\n줄 ", "영\u200b폭", "'=1+1", "a\x07b"]])
    assert texts(content) == [["(주)달구벌", "(주)한빛", "두 줄", "영폭", "=1+1", "a b"]]


def test_read_when_a_cell_holds_a_resident_number_then_starred_in_every_column():
    content = as_csv([["상호", "비고"], ["가게", "대표 900101-1234567 확인"]])
    assert texts(content)[1] == ["가게", "대표 ******-******* 확인"]
    assert texts(as_xlsx([["상호", 9001011234567]])) == [["상호", "*************"]]


def test_read_when_rows_are_empty_then_left_out_and_the_others_keep_their_number():
    lines = read("상호,전화\n,\n\n가게,1\n".encode())
    assert [(line.number, line.cells) for line in lines] == [
        (1, ("상호", "전화")),
        (4, ("가게", "1")),
    ]


def test_read_when_a_quotation_mark_is_left_open_then_no_row_is_swallowed():
    content = 'ㄱ,ㄴ\n"열린 따옴표,1\n'.encode() + "가게,1\n".encode() * 20
    assert code(content) == ("open_quotes",)


def test_read_when_xlsx_then_what_a_person_would_type():
    day = dt.datetime(2021, 5, 25)  # noqa: DTZ001  as Excel keeps it
    content = as_xlsx(
        [
            ["상호", "번호", "전화", "개업일", "코드", "여성"],
            ["가게", 2208162517.0, 1012345678, day, 27230.0, True],
            [None, None, None, None, None, None],
            ["둘째", "220-81-62517", 1.5, dt.date(2021, 5, 25), None, False],
        ]
    )
    lines = read(content)
    assert [line.number for line in lines] == [1, 2, 4]
    assert lines[1].cells == ("가게", "2208162517", "1012345678", "2021-05-25", "27230", "True")
    assert lines[2].cells == ("둘째", "220-81-62517", "1.5", "2021-05-25", "", "False")


def test_read_when_the_first_sheet_is_empty_then_the_next():
    book = openpyxl.Workbook()
    sheet = book.create_sheet("명부")
    sheet.append(["상호", "전화"])
    file = io.BytesIO()
    book.save(file)
    assert [line.cells for line in read(file.getvalue())] == [("상호", "전화")]


def zip_of(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_read_when_xlsx_unpacks_to_much_then_refused_before_it_does():
    bomb = zip_of(**{"xl/worksheets/sheet1.xml": b"0" * 40_000_000})
    assert len(bomb) < 100_000
    tracemalloc.start()
    assert code(bomb) == ("file_too_large",)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()


def test_read_when_xlsx_claims_rows_without_end_then_refused_soon():
    cells = "".join(f'<row r="{n}"><c t="str"><v>x</v></c></row>' for n in range(1, MAX_ROWS + 99))
    assert code(with_sheet(cells)) == ("too_many_rows",)


def test_read_when_xlsx_jumps_to_a_row_beyond_all_then_it_ends():
    lines = read(with_sheet('<row r="1"><c t="str"><v>상호</v></c></row><row r="999999999"/>'))
    assert [line.cells[0] for line in lines] == ["상호"]


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{}</sheetData></worksheet>"
)


def with_sheet(rows, before=""):
    """A real file whose sheet says something else."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx([["상호"]]))) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            own = part == "xl/worksheets/sheet1.xml"
            new.writestr(part, before + SHEET.format(rows) if own else old.read(part))
    return file.getvalue()


def test_read_when_xml_defines_entities_then_refused():
    entities = '<!DOCTYPE w [<!ENTITY a "상호"><!ENTITY b "&a;&a;">]>'
    content = with_sheet('<row r="1"><c t="str"><v>&b;</v></c></row>', entities)
    assert code(content) == ("file_unreadable",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x" * (MAX_BYTES + 1), "file_too_large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "old_excel"),
        (b"PK\x03\x04 no zip at all", "file_unreadable"),
        (zip_of(**{"word/document.xml": b"<x/>"}), "file_unreadable"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file_unreadable"),
        ("상호\n".encode("utf-16"), "file_unreadable"),
        (b"a" * 200_000, "file_unreadable"),
        (as_csv([["가게", "1"]] * (MAX_ROWS + 21)), "too_many_rows"),
    ],
    ids=["bytes", "xls", "broken", "docx", "png", "utf-16", "one cell", "rows"],
)
def test_read_when_the_file_is_no_table_of_ours_then_refused(content, expected):
    assert code(content) == (expected,)


def test_read_when_nothing_is_in_it_then_no_rows():
    assert read(b"") == []
