"""A file between trying and running, and the list of what was refused."""

import csv
import datetime as dt
import io

import pytest

from center.errors import RuleViolation
from merchants.models import ImportState, Merchant, RegisterImport
from merchants.register_import import files, uploads
from merchants.tasks import forget_imported_rows
from tests import factories
from tests.conftest import NOW
from tests.merchants.register_import.registers import HEADINGS, as_csv, business, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

SECOND = dt.timedelta(seconds=1)
MIXED = table(business(1), business(2, 전화="x"), business(3))


def tried(content=MIXED, by=None, name="명부.csv"):
    return uploads.try_file(content=content, file_name=name, by=by)


def figures(upload):
    return (upload.new, upload.changed, upload.same, upload.refused)


def errors_of(upload):
    text = b"".join(files.error_list(upload)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_try_file_when_read_then_figures_are_kept_and_no_business_written():
    operator = factories.staff()
    upload = tried(by=operator)
    assert figures(upload) == (2, 0, 0, 1)
    assert (upload.uploaded_by, upload.state, upload.is_open) == (operator, "tried", True)
    assert not Merchant.objects.exists()


def test_try_file_when_it_is_none_then_nothing_is_kept():
    with pytest.raises(RuleViolation):
        tried(b"\x89PNG\0")
    assert not RegisterImport.objects.exists()


def test_try_file_when_something_differs_then_the_columns_are_named():
    here = factories.merchant(name="달구벌상점 1", representative="박옛날", phone="")
    upload = tried(
        as_csv(
            [
                ["사업자번호", "업체명", "대표", "연락처"],
                [here.number, "달구벌상점 1", "김새", "053-123-4567"],
            ]
        )
    )
    assert upload.changes == [(2, ["대표자", "전화"])]


def test_try_file_when_dates_lie_ahead_then_counted_for_new_businesses_alone():
    here = factories.merchant()
    rows = [
        [*business(1), "2026-11-23"],
        [*business(2), "2026-11-22"],
        [*business(3, 사업자등록번호=here.number), "2027-03-31"],
    ]
    assert tried(as_csv([[*HEADINGS, "유효기간"], *rows])).adoptable == 1


def test_run_when_done_then_only_refused_rows_are_kept():
    upload = tried()
    report = uploads.run(upload=upload, adopt=False, by=None)
    upload.refresh_from_db()
    assert sorted(report.touched) == sorted(Merchant.objects.values_list("pk", flat=True))
    assert figures(upload) == (2, 0, 0, 1)
    assert (upload.state, upload.finished_at) == (ImportState.DONE, NOW)
    assert [line for line, _cells in upload.rows] == [3]


def test_run_when_run_again_then_refused():
    upload = tried()
    uploads.run(upload=upload, adopt=False, by=None)
    for again in (upload, RegisterImport.objects.get()):
        with pytest.raises(RuleViolation) as caught:
            uploads.run(upload=again, adopt=False, by=None)
        assert caught.value.codes == ("import_over",)


def test_run_when_run_then_the_history_names_the_import():
    upload = tried()
    uploads.run(upload=upload, adopt=False, by=None)
    event = Merchant.objects.first().events.get()
    assert event.pgh_context.metadata == {"register_import": upload.pk}


@pytest.mark.parametrize(("seconds", "gone"), [(-1, False), (0, True), (1, True)])
def test_forget_when_a_day_has_passed_then_the_rows_are_deleted(at_now, seconds, gone):
    upload = tried()
    at_now.move_to(NOW + uploads.KEPT + seconds * SECOND)
    assert [forget_imported_rows(), forget_imported_rows()] == [int(gone), 0]
    upload.refresh_from_db()
    assert (upload.rows, upload.refusals) == ([], []) if gone else upload.rows
    assert upload.is_open is not gone
    assert figures(upload) == (2, 0, 0, 1)


def test_run_when_the_rows_are_gone_then_refused(at_now):
    upload = tried()
    at_now.move_to(NOW + uploads.KEPT)
    forget_imported_rows()
    upload.refresh_from_db()
    with pytest.raises(RuleViolation):
        uploads.run(upload=upload, adopt=False, by=None)


def test_error_list_when_downloaded_then_each_row_as_it_came_with_its_sentences():
    bad = business(2, 전화="x", 개업일="내일")
    upload = tried(table(business(1), bad, business(3)))
    for _run in (lambda: None, lambda: uploads.run(upload=upload, adopt=False, by=None)):
        header, row = errors_of(upload)
        assert header[1:-1] == HEADINGS
        assert row[:-1] == ["3", *bad]
        assert row[-1].startswith("전화: ")
        assert " / 개업일: " in row[-1]
        _run()


def test_error_list_when_a_cell_looks_like_a_formula_then_it_is_text_and_comes_back():
    upload = tried(table(business(1, 상호="=1+1", 전화="x")))
    header, row = errors_of(upload)
    assert row[1] == "'=1+1"
    row[header.index("전화")] = "053-123-4567"
    again = tried(as_csv([header, row], "utf-8-sig"))
    assert figures(again) == (1, 0, 0, 0)
    uploads.run(upload=again, adopt=False, by=None)
    assert Merchant.objects.get().name == "=1+1"


def test_error_list_when_a_row_holds_a_resident_number_then_starred():
    upload = tried(table(business(1, 대표자="김달구 900101-1234567")))
    assert "1234567" not in str(upload.rows)
    assert "1234567" not in str(errors_of(upload))
