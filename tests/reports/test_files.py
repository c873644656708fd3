"""The four formats, read back by libraries that did not write them."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
import itertools
import uuid
import zipfile
from typing import Any

import openpyxl
import pypdf
import pypdfium2
import pytest
import time_machine
from hwpx.oxml import _document_primitives
from lxml import etree

from center import periods
from center.figures import registry
from center.reports import charts, content, disclosure, outline
from center.reports.assemble import compile_content
from center.reports.files import FORMATS, file_name
from center.reports.files import csv as csv_format
from center.reports.models import YearlyTarget
from center.reports.outline import Outline, Stamp
from tests.conftest import kst
from tests.reports import readers, sample, worlds


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


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_file_when_made_again_later_then_has_the_same_bytes(files, extension):
    with time_machine.travel(dt.datetime(2031, 3, 4, tzinfo=dt.UTC)):
        assert FORMATS[extension].make(made()) == files[extension]


@pytest.mark.parametrize("lots", [7, 90_000], ids=["small and alike", "of both lengths"])
def test_hwpx_when_the_library_draws_unlucky_numbers_then_has_the_same_bytes(
    files, monkeypatch, lots
):
    """About one file in a hundred has a number below 10,000, one in a thousand two alike."""
    drawn = itertools.count(1)
    monkeypatch.setattr(
        _document_primitives, "uuid4", lambda: uuid.UUID(int=next(drawn) * 7_919 % lots)
    )
    assert FORMATS["hwpx"].make(made()) == files["hwpx"]


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_file_when_read_then_has_every_target_and_number(files, report, extension):
    readers.CHECKS[extension](files[extension], report)


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_file_when_a_number_is_another_then_the_reader_sees_it(files, extension):
    """The control: of each reader, for a cell of a table and one of a target."""
    other, aim = copy.deepcopy(sample.CONTENT["tables"]), copy.deepcopy(sample.CONTENT["targets"])
    other[0]["rows"][3]["cells"][2] = "25.3"
    aim[0]["rate"] = "82.5"
    for changes in ({"tables": other}, {"targets": aim}):
        with pytest.raises(AssertionError):
            readers.CHECKS[extension](files[extension], made(**changes))


@pytest.mark.django_db
def test_files_when_of_a_loaded_house_then_have_every_target_and_number():
    """Everything the standing report states, counted once and read from all four."""
    november = periods.of_key("2026-11")
    worlds.crowded(seed=3, uses=60)
    YearlyTarget.objects.create(year=2026, figure="bookings.uses", value=400)
    found = compile_content(november, as_of=kst(5, month=1, year=2027))
    house = outline.build(found, Stamp("v1", content.digest(found), is_public=False))
    assert house.targets
    assert len(house.sections) == len(registry.standing(november))
    for extension, each in FORMATS.items():
        readers.CHECKS[extension](each.make(house), house)


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_file_when_read_then_tells_key_and_rounding_of_each_figure(files, report, extension):
    wanted = [("bookings.hours", "소수점 아래 1자리, 반올림"), ("bookings.count", "정수, 반올림")]
    text = "".join(readers.TEXTS[extension](files[extension]).split())
    for key, rounding in wanted:
        assert f"{key}" in text
        assert "".join(rounding.split()) in text


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_file_when_of_a_part_then_says_first_what_it_was_narrowed_down_to(extension):
    chosen = [{"key": "27260", "name": sample.words("대구광역시 수성구", "Suseong-gu, Daegu")}]
    filters = [{"key": "district", "name": sample.words("지역", "District"), "values": chosen}]
    part = made(filters=filters)
    said = "다음 조건에 맞는 실적만 집계했습니다. 지역: 대구광역시 수성구"
    assert part.notes[0] == said
    assert made().notes == part.notes[1:]
    text = "".join(readers.TEXTS[extension](FORMATS[extension].make(part)).split())
    assert "".join(said.split()) in text


def test_xlsx_when_read_then_is_set_up_for_paper_and_has_no_formula(files):
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert [sheet.freeze_panes for sheet in book.worksheets[1:]] == ["B5", "B5", "B5"]
    assert {sheet.page_setup.paperSize for sheet in book.worksheets} == {9}
    assert [len(sheet._charts) for sheet in book.worksheets] == [0, 1, 1, 0]
    assert book.worksheets[1].sheet_state == "visible"


def test_csv_when_read_then_has_bom_and_no_formula(files):
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    cells = [c for row in csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))) for c in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))] == ["-25.3"]


def test_csv_when_asked_in_cp949_then_names_what_it_replaced(report):
    encoded = csv_format.make_cp949(report)
    text = encoded.data.decode("cp949")
    assert encoded.replaced == ("–", "☃")
    assert "U+2013 > -, U+2603 > ?" in text
    assert "공유 오피스 펲" in text


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


def test_hwpx_when_opened_by_another_reader_then_is_whole(files, report):
    """By one that knows nothing of the library that wrote it."""
    with readers.opened_hwpx(files["hwpx"]) as document:
        assert document.is_valid()
        assert not document.is_encrypted()
        text = document.extract_text()
        pictures = document.get_images()
    for words in (report.title, report.header, *report.notes, *(s.title for s in report.sections)):
        assert words in text
    assert [each.data[:4] for each in pictures] == [b"\x89PNG"] * 2


def test_hwpx_when_opened_then_is_an_archive_of_its_kind(files):
    archive = zipfile.ZipFile(io.BytesIO(files["hwpx"]))
    assert archive.infolist()[0].filename == "mimetype"
    assert archive.read("mimetype") == b"application/hwp+zip"


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
