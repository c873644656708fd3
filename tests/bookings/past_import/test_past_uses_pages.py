"""The pages of the import: who may, what is logged, the list of errors, the template."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bookings.models import Booking
from bookings.past_import.columns import COLUMNS
from center.models import AccessRecord
from merchants.models import RegisterImport
from tests import factories
from tests.bookings.past_uses import HEAD
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
CHOOSE = "/admin/bookings/booking/import/"


def sent(client, *lines):
    content = "\n".join((HEAD, *lines)).encode("cp949")
    file = SimpleUploadedFile("이용.csv", content, "text/csv")
    return client.post(CHOOSE, {"file": file}, follow=True)


def test_pages_when_a_file_is_tried_and_run_then_said_and_logged(staff_client, line, merchant):
    assert CHOOSE in staff_client.get("/admin/bookings/booking/").content.decode()
    page = sent(staff_client, line(), line(space="없는 방"))
    upload = RegisterImport.objects.get()
    assert page.redirect_chain[-1][0] == reverse("admin:past_uses_tried", args=[upload.pk])
    run = reverse("admin:past_uses_run", args=[upload.pk])
    assert f'action="{run}"' in page.content.decode()
    done = staff_client.post(run, follow=True)
    assert "지난 이용 1건을 가져왔습니다" in done.content.decode()
    assert Booking.objects.get().merchant == merchant
    record = AccessRecord.objects.filter(action="change").get()
    assert (record.subject_kind, record.subject_ids) == ("merchant", [merchant.pk])
    again = staff_client.post(reverse("admin:past_uses_run", args=[upload.pk]), follow=True)
    assert "이미" in again.content.decode()
    assert Booking.objects.count() == 1


def test_errors_when_taken_then_asked_for_a_purpose_and_formulas_are_text(staff_client, line):
    sent(staff_client, line(space="없는 방", purpose="=HYPERLINK(1)"))
    address = reverse("admin:past_uses_errors", args=[RegisterImport.objects.get().pk])
    assert b"purpose" in staff_client.get(address).content
    taken = staff_client.post(address, {"purpose": "inquiry", "text": "이관 확인"})
    content = b"".join(taken.streaming_content).decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in content
    assert "없는 방" in content


def test_file_when_it_is_none_then_said_on_the_page(staff_client):
    file = SimpleUploadedFile("이용.xls", b"\xd0\xcf\x11\xe0", "application/vnd.ms-excel")
    page = staff_client.post(CHOOSE, {"file": file})
    assert page.status_code == 400
    assert "xlsx" in page.content.decode()


def test_template_when_opened_then_the_headings_and_how_to_fill_it_in(staff_client):
    answer = staff_client.get(reverse("admin:past_uses_template"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book.worksheets[0][1]] == [column.heading for column in COLUMNS]
    assert book.worksheets[1].max_row == len(COLUMNS) + 1


@pytest.mark.parametrize(
    ("role", "status"),
    [("operator", 200), ("manager", 200), ("official", 403), ("evaluator", 403)],
)
def test_pages_when_other_roles_then_refused(role, status):
    client = logged_in(factories.staff(role))
    assert client.get(CHOOSE).status_code == status
    assert client.get(reverse("admin:past_uses_template")).status_code == status


@pytest.mark.parametrize(
    ("word", "steps"),
    [
        ("이용", [("done", True), ("done", True)]),
        ("노쇼", [("now", False)]),
        ("취소", [("now", False)]),
    ],
)
def test_booking_when_taken_over_then_its_page_says_what_is_known(
    staff_client,
    owner_client,
    line,
    word,
    steps,
):
    sent(staff_client, line(state=word))
    upload = RegisterImport.objects.get()
    staff_client.post(reverse("admin:past_uses_run", args=[upload.pk]))
    booking = Booking.objects.get()
    page = owner_client.get(booking.get_absolute_url())
    assert [(step.style, step.at is not None) for step in page.context["steps"]] == steps
    # Nobody was marked by us: there is no case to see or to appeal against.
    assert reverse("no_show", args=[booking.reference]) not in page.content.decode()
    assert "시간 안에 입실하지" not in page.content.decode()


def test_pages_when_owner_or_anonymous_or_a_colleague_then_not_theirs(
    client,
    owner_client,
    staff_client,
    line,
):
    sent(staff_client, line())
    pk = RegisterImport.objects.get().pk
    colleague = logged_in(factories.staff())
    for name in ("tried", "errors"):
        address = reverse(f"admin:past_uses_{name}", args=[pk])
        assert colleague.get(address).status_code == 404
        assert client.get(address).status_code == 302
        assert owner_client.get(address).status_code in (302, 403)
        assert staff_client.get(address).status_code == 200
    assert staff_client.get(reverse("admin:merchants_import_tried", args=[pk])).status_code == 404
