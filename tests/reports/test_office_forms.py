"""Forms of offices: filled where a place has a name, untouched everywhere else."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from hwpx import HwpxDocument
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName

from bookings.models import Resource
from center import heavy
from center.errors import RuleViolation
from center.figures import registry
from center.permissions import OFFICIAL, OPERATOR
from center.reports.models import Edition, OfficeForm
from center.reports.office import archive
from center.reports.services import office_forms
from tests import factories
from tests.conftest import logged_in
from tests.reports.test_freezing import frozen, used

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]
LIST = "/reports/forms/"
NAMES = {
    "bookings.uses": "'실적 보고'!$C$5",
    "bookings.uses.category.recording": "'실적 보고'!$C$6",
    "bookings.utilisation": "'실적 보고'!$D$9:$E$9",
    "Report.Period": "'실적 보고'!$A$2",
    "bookings.usse": "'실적 보고'!$C$7",
    "부가세율": "'실적 보고'!$F$1",
}


@pytest.fixture(autouse=True)
def _one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})


@pytest.fixture
def edition(studio: Resource) -> Edition:
    """Ten uses of the studio, three of the recording room: hidden, and the studio's with it."""
    used(studio, *(dt.date(2026, 10, day) for day in (1, 2, 6, 7, 8, 13, 14, 15, 16, 20)))
    used(factories.resource("recording"), *(dt.date(2026, 10, day) for day in (1, 2, 6)))
    return frozen()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "실적 보고"
    sheet["A1"], sheet["F1"] = "2026년 실적 보고서(서식)", 0.1
    sheet["C5"].font, sheet["C5"].number_format = Font(bold=True, color="FFCC0000"), '#,##0"건"'
    sheet["C5"].fill = PatternFill("solid", fgColor="FFEEEEEE")
    sheet["C8"] = "=C5*2"
    sheet["B30"] = "담당자 서명"
    sheet.merge_cells("D9:E9")
    sheet.print_area, sheet.freeze_panes = "A1:F30", "A4"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=5, max_row=6))
    sheet.add_chart(chart, "H2")
    book.create_sheet("작성 요령")["A1"] = "그대로 둘 것"
    for name, place in NAMES.items():
        book.defined_names[name] = DefinedName(name, attr_text=place)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def document() -> bytes:
    made: Any = HwpxDocument.new()
    made.add_paragraph("{{report.period}} 실적 — 총 {{bookings.uses}}건")
    made.add_paragraph("{{ bookings.usse }} 그대로")
    table = made.add_table(1, 2)
    table.set_cell_text(0, 0, "녹음실")
    table.set_cell_text(0, 1, "{{bookings.uses.category.recording}}")
    data: bytes = made.to_bytes()
    return data


FILES = {"xlsx": workbook, "hwpx": document}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def client(role: str = OPERATOR) -> Any:
    return logged_in(factories.staff(role))


def added(extension: str, name: str = "중기부 서식") -> OfficeForm:
    return office_forms.add(
        name=name, data=FILES[extension](), extension=extension, by=factories.staff()
    )


def filled(form: OfficeForm, role: str = OFFICIAL) -> bytes:
    answer = client(role).get(f"/reports/2026-10/v1/forms/{form.pk}/")
    assert answer.status_code == 200
    content: bytes = answer.content
    return content


@pytest.mark.parametrize("extension", FILES)
def test_form_when_others_are_at_work_then_asked_to_come_again(edition, extension):
    form, official = added(extension), client(OFFICIAL)
    with heavy.heavy_work(), heavy.heavy_work():
        refused = official.get(f"/reports/2026-10/v1/forms/{form.pk}/")
    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    assert filled(form)


def test_workbook_when_filled_then_numbers_stand_in_their_looks(edition):
    sheet = openpyxl.load_workbook(io.BytesIO(filled(added("xlsx"))))["실적 보고"]
    assert (sheet["C5"].value, sheet["C5"].number_format) == (13, '#,##0"건"')
    assert (sheet["C5"].font.b, sheet["C5"].fill.fgColor.rgb) == (True, "FFEEEEEE")
    assert (sheet["C6"].value, sheet["A2"].value) == ("X", "2026년 10월")
    assert isinstance(sheet["D9"].value, int | float)
    assert (sheet["C7"].value, sheet["F1"].value) == (None, 0.1)
    assert (sheet["C8"].value, sheet["B30"].value) == ("=C5*2", "담당자 서명")
    assert (sheet.print_area, sheet.freeze_panes) == ("'실적 보고'!$A$1:$F$30", "A4")
    assert [str(each) for each in sheet.merged_cells.ranges] == ["D9:E9"]
    assert len(sheet._charts) == 1


def test_workbook_when_sheets_have_names_of_their_own_then_each_is_filled(edition):
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book["작성 요령"].defined_names["bookings.uses"] = DefinedName(
        "bookings.uses", attr_text="'작성 요령'!$B$2"
    )
    buffer = io.BytesIO()
    book.save(buffer)
    form = office_forms.add(
        name="두 장", data=buffer.getvalue(), extension="xlsx", by=factories.staff()
    )
    assert form.names.count("bookings.uses") == 1
    made = openpyxl.load_workbook(io.BytesIO(filled(form)))
    assert (made["실적 보고"]["C5"].value, made["작성 요령"]["B2"].value) == (13, 13)


def test_document_when_filled_then_its_text_says_the_numbers(edition):
    made: Any = HwpxDocument.open(io.BytesIO(filled(added("hwpx"))))
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert "2026년 10월 실적 — 총 13건" in texts
    assert "{{ bookings.usse }} 그대로" in texts
    assert b">X<" in parts(filled(OfficeForm.objects.get()))["Contents/section0.xml"]


@pytest.mark.parametrize(
    ("extension", "changed"),
    [
        ("xlsx", {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}),
        ("hwpx", {"Contents/section0.xml"}),
    ],
)
def test_form_when_filled_then_every_other_part_is_the_same_to_the_byte(
    edition, extension, changed
):
    form = added(extension)
    before, after = parts(bytes(form.data)), parts(filled(form))
    assert list(before) == list(after)
    assert {name for name, part in before.items() if after[name] != part} == changed
    assert filled(form) == filled(form, OPERATOR)


def test_document_when_a_placeholder_is_cut_in_pieces_then_is_filled_all_the_same(edition):
    whole = parts(document())
    text = whole["Contents/section0.xml"].decode()
    cut = text.replace("{{bookings.uses}}건", "{{book</hp:t><hp:t>ings.us</hp:t><hp:t>es}}건")
    assert cut != text
    data = archive.written(document(), {"Contents/section0.xml": cut.encode()})
    form = office_forms.add(name="조각", data=data, extension="hwpx", by=factories.staff())
    assert "bookings.uses" in form.names
    made: Any = HwpxDocument.open(io.BytesIO(filled(form)))
    assert "2026년 10월 실적 — 총 13건" in [paragraph.text for paragraph in made.paragraphs]


def test_document_when_a_placeholder_stands_behind_a_tab_then_is_filled_all_the_same(edition):
    """Hangul keeps tabs and line breaks within an element of text."""
    text = parts(document())["Contents/section0.xml"].decode()
    tabbed = text.replace("총 {{", '총<hp:tab width="4000"/>{{').replace(
        "{{report.period}} ", "{{report.period}}<hp:lineBreak/>"
    )
    data = archive.written(document(), {"Contents/section0.xml": tabbed.encode()})
    form = office_forms.add(name="탭", data=data, extension="hwpx", by=factories.staff())
    assert {"bookings.uses", "report.period"} <= {*form.names}
    section = parts(filled(form))["Contents/section0.xml"].decode()
    assert '2026년 10월<hp:lineBreak/>실적 — 총<hp:tab width="4000"/>13건' in section


def test_upload_when_staff_add_a_form_then_known_and_unknown_names_are_shown(edition):
    page = client().post(
        LIST,
        {"name": "유통원 월간", "file": SimpleUploadedFile("서식.XLSX", workbook())},
        follow=True,
    )
    form = OfficeForm.objects.get()
    assert sorted(form.names) == sorted(list(NAMES)[:4])
    assert form.unknown == ["bookings.usse", "부가세율"]
    assert form.digest == hashlib.sha256(workbook_of(form)).hexdigest()
    assert "bookings.usse, 부가세율" in page.content.decode()
    assert "유통원 월간" in client(OFFICIAL).get("/reports/2026-10/").content.decode()


def workbook_of(form: OfficeForm) -> bytes:
    return bytes(OfficeForm.objects.get(pk=form.pk).data)


def bare() -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    return buffer.getvalue()


def with_part(name: str, body: bytes = b"x") -> bytes:
    buffer = io.BytesIO(workbook())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, body)
    return buffer.getvalue()


def with_entities() -> bytes:
    book = parts(workbook())["xl/workbook.xml"].decode()
    book = book[book.index("<workbook") :]
    told = f'<!DOCTYPE workbook [<!ENTITY x SYSTEM "file:///etc/passwd">]>{book}'
    return archive.written(workbook(), {"xl/workbook.xml": told.encode()})


REFUSED = {
    "words": ("xlsx", lambda: b"no archive at all", "no_form"),
    "other": ("docx", workbook, "no_form"),
    "hwpx that is a workbook": ("hwpx", workbook, "no_form"),
    "entities": ("xlsx", with_entities, "no_form"),
    "no names": ("xlsx", bare, "form_without_names"),
    "macros": ("xlsx", lambda: with_part("xl/vbaProject.bin"), "form_with_program"),
    "links": ("xlsx", lambda: with_part("xl/externalLinks/externalLink1.xml"), "form_with_program"),
    "large": ("xlsx", lambda: b"PK" + bytes(archive.LARGEST - 1), "form_too_large"),
    "bomb": ("xlsx", lambda: with_part("a", bytes(archive.UNPACKED)), "form_too_large"),
}


@pytest.mark.parametrize(("extension", "make", "code"), REFUSED.values(), ids=REFUSED)
def test_form_when_it_is_none_then_refused(edition, extension, make, code):
    with pytest.raises(RuleViolation) as refusal:
        office_forms.add(name="서식", data=make(), extension=extension, by=factories.staff())
    assert refusal.value.codes == (code,)
    assert not OfficeForm.objects.exists()


def test_form_when_the_name_is_taken_then_refused_until_the_old_one_is_taken_away(edition):
    form = added("xlsx")
    with pytest.raises(RuleViolation) as refusal:
        added("hwpx")
    assert refusal.value.codes == ("form_name_taken",)
    client().post(f"{LIST}{form.pk}/remove/")
    assert client(OFFICIAL).get(f"/reports/2026-10/v1/forms/{form.pk}/").status_code == 404
    assert added("hwpx").retired_at is None


@pytest.mark.parametrize("change", [{"data": b"x"}, {"names": []}, {"name": "x"}])
def test_form_when_somebody_changes_it_then_the_database_refuses(edition, change):
    form = added("xlsx")
    with pytest.raises(DatabaseError), transaction.atomic():
        OfficeForm.objects.filter(pk=form.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        OfficeForm.objects.filter(pk=form.pk)._raw_delete("default")


def test_forms_when_opened_then_by_those_with_the_right(edition, owner_client, client):
    form = added("xlsx")
    filled_one = f"/reports/2026-10/v1/forms/{form.pk}/"
    for address in (LIST, f"{LIST}names.csv", filled_one):
        assert owner_client.get(address).status_code == 403
        assert client.get(address).status_code == 302
        official = logged_in(factories.staff(OFFICIAL)).get(address).status_code
        assert official == (200 if address == filled_one else 403)
        assert logged_in(factories.staff(OPERATOR)).get(address).status_code == 200
    remove = f"{LIST}{form.pk}/remove/"
    assert [each.post(remove).status_code for each in (owner_client, client)] == [403, 302]
    assert logged_in(factories.staff(OFFICIAL)).post(remove).status_code == 403
    assert OfficeForm.objects.in_use().count() == 1
    missing = f"/reports/2026-11/preliminary/forms/{form.pk}/"
    assert logged_in(factories.staff(OFFICIAL)).get(missing).status_code == 404


def test_names_when_asked_then_each_with_what_it_says(edition):
    text = client().get(f"{LIST}names.csv").content.decode("utf-8-sig")
    assert "bookings.uses,이용,13" in text.replace("이용 건수", "이용")
    assert "bookings.uses.category.recording," in text


@pytest.mark.parametrize("forms", [1, 3])
def test_list_when_more_forms_then_the_same_queries(edition, forms, django_assert_num_queries):
    for n in range(forms):
        added("xlsx", f"서식 {n}")
    staff = client()
    staff.get(LIST)
    with django_assert_num_queries(6):
        staff.get(LIST)
