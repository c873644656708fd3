"""The four formats, read back by libraries that did not write them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pypdfium2
import pytest
import time_machine
from lxml import etree

from center.reports import charts, content, disclosure, outline
from center.reports.files import FORMATS, file_name
from center.reports.files import csv as csv_format
from center.reports.outline import Outline, Stamp
from tests.reports import sample

HP = "{http://www.hancom.co.kr/hwpml/2011/paragraph}"


def made(language: str = "ko", **changes: Any) -> Outline:
    public = disclosure.protect(sample.content(**changes))
    stamp = Stamp("v1", content.digest(public), dt.datetime(2026, 11, 6, tzinfo=dt.UTC))
    return outline.build(public, stamp, language=language)


@pytest.fixture(scope="module")
def report() -> Outline:
    return made()


@pytest.fixture(scope="module")
def files(report: Outline) -> dict[str, bytes]:
    return {each.extension: each.make(report) for each in FORMATS.values()}


def tables_of(report: Outline) -> list[list[list[str]]]:
    """What each table is to say: words, and numbers without grouping."""
    return [
        [
            [line.name, *(str(v.number) if v.number is not None else v.text for v in line.values)]
            for line in section.all_lines
        ]
        for section in report.sections
    ]


def plain(text: str) -> str:
    return text.replace(",", "")


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_file_when_made_again_later_then_has_the_same_bytes(files, extension):
    with time_machine.travel(dt.datetime(2031, 3, 4, tzinfo=dt.UTC)):
        assert FORMATS[extension].make(made()) == files[extension]


def test_xlsx_when_read_then_has_every_number_as_a_number(files, report):
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    for sheet, wanted in zip(book.worksheets[1:-1], tables_of(report), strict=True):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
        read = rows[: len(wanted)]
        assert [row[0] for row in read] == [row[0] for row in wanted]
        for row, expected in zip(read, wanted, strict=True):
            for cell, text in zip(row[1:], expected[1:], strict=True):
                assert (
                    (cell == text) if text in ("X", "–") else (Decimal(str(cell)) == Decimal(text))
                )


def test_xlsx_when_read_then_is_set_up_for_paper_and_has_no_formula(files):
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert [sheet.freeze_panes for sheet in book.worksheets[1:]] == ["B5", "B5", "B5"]
    assert {sheet.page_setup.paperSize for sheet in book.worksheets} == {9}
    assert [len(sheet._charts) for sheet in book.worksheets] == [0, 1, 1, 0]
    assert book.worksheets[1].sheet_state == "visible"


def test_csv_when_read_then_has_bom_numbers_and_no_formula(files, report):
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    for section, wanted in zip(report.sections, tables_of(report), strict=True):
        start = rows.index([section.title]) + 2
        read = rows[start : start + len(wanted)]
        assert [[row[0].lstrip("'"), *row[1:]] for row in read] == wanted
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]


def test_csv_when_asked_in_cp949_then_names_what_it_replaced(report):
    encoded = csv_format.make_cp949(report)
    text = encoded.data.decode("cp949")
    assert encoded.replaced == ("–", "☃")
    assert "U+2013 > -, U+2603 > ?" in text
    assert "공유 오피스 펲" in text


def test_pdf_when_read_then_has_every_number_in_order(files, report):
    document = pypdfium2.PdfDocument(files["pdf"])
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    words = plain(text).split()
    for wanted in tables_of(report):
        for row in wanted:
            cells = plain(" ".join(row)).split()
            assert any(words[n : n + len(cells)] == cells for n in range(len(words))), row
    document.close()


def test_pdf_when_read_then_is_tagged_and_says_what_it_is(files, report):
    reader = pypdf.PdfReader(io.BytesIO(files["pdf"]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("ko")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert reader.metadata.title == report.title
    kinds = list(structure(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"} <= {kind for kind, _ in kinds}
    assert [alt for kind, alt in kinds if kind == "/Figure"] == [
        charts.alternative(section, "ko") for section in report.sections
    ]


def structure(node: Any) -> Any:
    """Kind and text alternative of every element of the tags."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"], node.get("/Alt")
        if "/K" in node:
            yield from structure(node["/K"])


def test_pdf_when_read_then_every_page_names_edition_and_digest(files, report):
    document = pypdfium2.PdfDocument(files["pdf"])
    for page in document:
        assert report.stamp.short_digest in page.get_textpage().get_text_range()
    document.close()


def test_pdf_when_opened_then_embeds_its_fonts(files):
    reader = pypdf.PdfReader(io.BytesIO(files["pdf"]))
    fonts = [
        each.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in reader.pages
        for each in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all("/FontFile3" in font or "/FontFile2" in font for font in fonts)


def test_hwpx_when_read_by_hand_then_has_every_table(files, report):
    archive = zipfile.ZipFile(io.BytesIO(files["hwpx"]))
    assert archive.infolist()[0].filename == "mimetype"
    assert archive.read("mimetype") == b"application/hwp+zip"
    root = etree.fromstring(archive.read("Contents/section0.xml"))
    tables = [
        [
            ["".join(cell.itertext(f"{HP}t")) for cell in row.iter(f"{HP}tc")]
            for row in table.iter(f"{HP}tr")
        ]
        for table in root.iter(f"{HP}tbl")
    ]
    read = [[[row[0], *map(plain, row[1:])] for row in table[1:]] for table in tables[1:-1]]
    assert read == tables_of(report)


def test_hwpx_when_read_by_hand_then_has_heading_header_and_pictures(files, report):
    archive = zipfile.ZipFile(io.BytesIO(files["hwpx"]))
    text = archive.read("Contents/section0.xml").decode()
    said = "".join(etree.fromstring(text.encode()).itertext())
    assert report.title in said
    assert report.header in said
    pictures = [name for name in archive.namelist() if name.startswith("BinData/")]
    assert len(pictures) == 2
    assert all(archive.read(name).startswith(b"\x89PNG") for name in pictures)
    assert all(
        etree.fromstring(archive.read(n)) is not None
        for n in archive.namelist()
        if n.endswith(".xml")
    )


def test_outline_when_names_turn_the_direction_then_the_marks_are_gone(report):
    assert [line.name for line in report.sections[1].lines][1] == "수성구"


def test_outline_when_in_english_then_uses_english_words():
    assert made("en").sections[0].lines[0].name == "Studio"


@pytest.mark.parametrize(
    ("key", "label", "expected"),
    [
        ("2026-11", "v1", "대구_디지털커머스_실적보고_2026-11_v1.xlsx"),
        ("2026-Q4", "preliminary", "대구_디지털커머스_실적보고_2026-Q4_preliminary.xlsx"),
    ],
)
def test_file_name_when_asked_then_is_as_offices_want_it(key, label, expected):
    period = {"kind": "month", "key": key, "starts": "2026-11-01", "ends": "2026-12-01"}
    assert file_name(period, label, "xlsx") == expected


def test_chart_when_drawn_then_has_nothing_the_policy_refuses(report):
    drawn = charts.svg(report.sections[0])
    root = etree.fromstring(drawn.encode())
    assert not [
        each for each in root.iter() if each.get("style") or etree.QName(each).localname == "script"
    ]
    assert "1인 스튜디오" in drawn


def test_chart_when_cells_are_hidden_then_has_no_bar_for_them():
    report = made(tables=[{**sample.CONTENT["tables"][1]}])
    section = report.sections[0]
    hidden = [line.name for line in section.lines if line.values[0].hidden]
    assert hidden == ["군위군", "+경주시 ☃"]
    assert "군위군" not in charts.svg(section)
    assert "군위군" not in charts.alternative(section, "ko")


def test_canonical_when_keys_come_in_another_order_then_the_digest_is_the_same():
    full = sample.content()
    turned = dict(reversed(full.items()))
    assert content.digest(full) == content.digest(turned)


def test_canonical_when_a_number_is_a_binary_fraction_then_refuses():
    with pytest.raises(ValueError, match="binary fraction"):
        content.canonical({"rate": 0.1})
