"""The pages in the admin: choose, look, run, download."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from center.models import AccessRecord
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR
from merchants.models import Merchant, RegisterImport
from merchants.register_import.reading import MAX_BYTES
from tests import factories
from tests.conftest import logged_in
from tests.factories.people import number
from tests.merchants.register_import.registers import HEADINGS, as_csv, as_xlsx, business, table

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

PAGE = "/admin/merchants/merchant/import/"


@pytest.fixture
def operator():
    return factories.staff()


@pytest.fixture
def desk(operator):
    return logged_in(operator)


def choose(client, content, name="명부.csv"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def address(upload, what=""):
    return f"{PAGE}{upload.pk}/{what}"


@pytest.fixture
def upload(desk):
    choose(desk, table(business(1), business(2, 전화="x")))
    return RegisterImport.objects.get()


def test_pages_when_a_register_is_taken_over_then_tried_first_and_written_once(desk, operator):
    content = as_xlsx([HEADINGS, business(1), business(2, 전화="x")])
    answer = choose(desk, content, "명부.xlsx")
    upload = RegisterImport.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address(upload))
    page = desk.get(address(upload)).content.decode()
    assert "명부.xlsx" in page
    assert "전화: " in page
    assert not Merchant.objects.exists()
    answer = desk.post(address(upload, "run/"))
    assert (answer.status_code, answer["Location"]) == (302, address(upload))
    merchant = Merchant.objects.get()
    assert (merchant.number, merchant.decided_by) == (number(1), operator)
    answer = desk.post(address(upload, "run/"))
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert Merchant.objects.count() == 1


def test_run_when_done_then_history_and_access_log_name_who_from_where(desk, operator, upload):
    desk.post(address(upload, "run/"))
    merchant = Merchant.objects.get()
    context = merchant.events.get().pgh_context.metadata
    assert (context["user"], context["register_import"]) == (operator.pk, upload.pk)
    assert context["address"] == "127.0.0.1"
    record = AccessRecord.objects.get(action="change")
    assert (record.actor, record.subject_ids, record.subject_kind) == (
        operator,
        [merchant.pk],
        "merchant",
    )
    assert record.what == f"register import {upload.pk}: 명부.csv"


@pytest.mark.parametrize(("ticked", "state"), [({"adopt": "on"}, "verified"), ({}, "returned")])
def test_run_when_former_verifications_are_adopted_then_only_if_ticked(desk, ticked, state):
    choose(desk, as_csv([[*HEADINGS, "유효기간"], [*business(1), "2027-03-31"]]))
    upload = RegisterImport.objects.get()
    assert 'name="adopt"' in desk.get(address(upload)).content.decode()
    desk.post(address(upload, "run/"), ticked)
    assert Merchant.objects.get().state == state
    upload.refresh_from_db()
    assert upload.adopted is bool(ticked)


def test_tried_when_nothing_would_be_written_then_nothing_is_offered(desk):
    choose(desk, table(business(1, 전화="x")))
    page = desk.get(address(RegisterImport.objects.get())).content.decode()
    assert "/run/" not in page
    assert 'name="adopt"' not in page


def test_tried_when_looked_at_then_the_record_names_the_file(desk, operator, upload):
    desk.get(address(upload))
    record = AccessRecord.objects.get(action="view")
    assert (record.actor, record.subject_kind) == (operator, "registerimport")
    assert record.what == f"register import {upload.pk}: 명부.csv"


def test_tried_when_the_rows_are_gone_or_being_written_then_said(desk, upload, at_now):
    RegisterImport.objects.update(state="running")
    page = desk.get(address(upload)).content.decode()
    assert "지금 가져오고 있습니다" in page
    assert "/run/" not in page
    RegisterImport.objects.update(state="tried", headings=[], rows=[], refusals=[])
    page = desk.get(address(upload)).content.decode()
    assert "하루가 지나" in page
    assert "/run/" not in page


@pytest.mark.parametrize(
    "content", [b"\x89PNG\0", b"", "상호만,있음\n".encode(), b"x" * (MAX_BYTES + 1)]
)
def test_choose_when_the_file_is_none_of_ours_then_said_on_the_page(desk, content):
    answer = choose(desk, content)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not RegisterImport.objects.exists()


def test_choose_when_the_name_is_a_path_or_endless_then_its_end_is_kept(desk):
    choose(desk, table(business(1)), "../../etc/" + "가" * 300 + ".csv")
    upload = RegisterImport.objects.get()
    assert upload.file_name.endswith("가.csv")
    assert "/" not in upload.file_name
    assert len(upload.file_name) <= 120


def test_page_when_cells_hold_html_then_escaped(desk):
    choose(desk, table(business(1, 시군구="<script>alert(1)</script>")))
    page = desk.get(address(RegisterImport.objects.get())).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_errors_when_without_purpose_then_asked(desk, upload):
    answer = desk.get(address(upload, "errors.csv"))
    assert "무엇에 쓰십니까" in answer.content.decode()
    assert not AccessRecord.objects.filter(action="download").exists()


def test_errors_when_downloaded_then_recorded_named_and_never_sniffed(desk, operator, upload):
    answer = desk.post(address(upload, "errors.csv"), {"purpose": "operation"})
    made = AccessRecord.objects.get(action="download")
    assert (made.actor, made.subject_kind, made.subject_ids) == (
        operator,
        "registerimport",
        [upload.pk],
    )
    assert made.purpose == "프로그램·예약 운영"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer).decode("utf-8").startswith("\ufeff")


def test_template_when_downloaded_then_a_workbook(desk):
    answer = desk.get(f"{PAGE}template.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]["A1"].value == "상호"


def test_list_of_businesses_when_operator_then_leads_to_the_import(desk):
    page = desk.get(reverse("admin:merchants_merchant_changelist")).content.decode()
    assert f'href="{PAGE}"' in page


# Who may -------------------------------------------------------------------------------------

GETS = ["", "template.xlsx", "{pk}/", "{pk}/errors.csv"]


def every_address(upload):
    return [PAGE + path.format(pk=upload.pk) for path in GETS]


@pytest.mark.parametrize(
    ("role", "own", "other"),
    [(OPERATOR, 200, 404), (MANAGER, 200, 404), (OFFICIAL, 403, 403), (EVALUATOR, 403, 403)],
)
def test_pages_when_somebody_elses_file_then_not_found_and_other_roles_refused(
    upload, role, own, other
):
    client = logged_in(factories.staff(role))
    statuses = [client.get(page).status_code for page in every_address(upload)]
    assert statuses == [own, own, other, other]
    assert client.post(address(upload, "run/")).status_code == other
    assert choose(client, table(business(9))).status_code == (302 if own == 200 else 403)
    assert not Merchant.objects.exists()


def test_pages_when_merchant_or_anonymous_then_no_way_in(upload, owner_client, client):
    for page in [*every_address(upload), address(upload, "run/")]:
        assert owner_client.get(page).status_code == 302
        assert client.get(page)["Location"].startswith("/admin/login/")
    assert owner_client.post(address(upload, "run/")).status_code == 302
    assert Merchant.objects.filter(number=number(1)).count() == 0


def test_run_when_opened_as_a_link_then_refused(desk, upload):
    assert desk.get(address(upload, "run/")).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_tried_when_more_rows_then_the_same_queries(desk, rows, django_assert_num_queries):
    choose(desk, table(*(business(n, 전화="x") for n in range(1, rows + 1))))
    upload = RegisterImport.objects.get()
    desk.get(address(upload))
    with django_assert_num_queries(5):
        desk.get(address(upload))
