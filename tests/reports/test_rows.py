"""The list behind a total: with a purpose, of chosen columns, with the name of its taker."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from bookings.models import Resource
from center.models import AccessRecord, User
from center.permissions import MANAGER, OFFICIAL, OPERATOR
from merchants.models import Merchant
from tests import factories
from tests.conftest import logged_in
from tests.reports.test_edition_page import person
from tests.reports.test_freezing import used

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]
PAGE = "/reports/2026-10/rows/"
FILE = "/reports/2026-10/rows.csv?column=starts&column=business&column=number"
PURPOSE = {"purpose": "inspection", "text": "국정감사 자료 12호"}


@pytest.fixture
def businesses(studio: Resource) -> list[int]:
    used(studio, dt.date(2026, 10, 6), dt.date(2026, 10, 7), dt.date(2026, 11, 2))
    first = Merchant.objects.order_by("pk").first()
    first.name = "=HYPERLINK(1)"
    first.save(update_fields=["name"])
    return list(Merchant.objects.order_by("pk").values_list("pk", flat=True)[:2])


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_rows_when_official_or_merchant_or_nobody_then_are_kept_away(
    businesses, owner_client, client, address
):
    assert person(OFFICIAL).get(address).status_code == 403
    assert owner_client.post(address, PURPOSE).status_code == 403
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("role", [OPERATOR, MANAGER])
def test_rows_when_no_purpose_is_said_then_asks_and_hands_out_nothing(businesses, role):
    staff = person(role)
    assert staff.get(PAGE).status_code == 200
    for answer in (staff.get(FILE), staff.post(FILE, {"purpose": "other"})):
        assert answer["Content-Type"].startswith("text/html")
    assert not AccessRecord.objects.filter(action="download").exists()


def test_rows_when_no_column_is_chosen_then_says_so(businesses):
    assert person(OPERATOR).get("/reports/2026-10/rows.csv").status_code == 400


def test_rows_when_the_taker_is_named_like_a_formula_then_no_cell_is_one(businesses):
    staff = factories.staff(OPERATOR)
    User.objects.filter(pk=staff.pk).update(name="=1+1")
    answer = logged_in(User.objects.get(pk=staff.pk)).post(FILE, PURPOSE)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert sum(cell.startswith("'=1+1") for cell in cells) == 3  # whose copy, and each row
    assert not [cell for cell in cells if cell.startswith("=")]


def test_rows_when_a_purpose_is_said_then_gives_the_columns_and_writes_it_down(businesses):
    answer = person(OPERATOR).post(FILE, PURPOSE)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(text)))[3:]
    assert len(head) == 4
    assert [row[0] for row in rows] == ["2026-10-06 10:00", "2026-10-07 10:00"]
    assert rows[0][1] == "'=HYPERLINK(1)"
    assert all(row[2].endswith("-*****") for row in rows)
    assert all("2026-11-23 10:41" in row[3] for row in rows)
    assert "국정감사 자료 12호" in text
    record = AccessRecord.objects.get(action="download")
    assert (record.subject_kind, sorted(record.subject_ids)) == ("merchant", businesses)
    assert record.purpose.endswith("국정감사 자료 12호")
    assert "starts, business, number" in record.what
