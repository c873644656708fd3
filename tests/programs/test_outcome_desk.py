"""What staff and businesses see of outcomes."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from center.models import AccessRecord
from center.permissions import EVALUATOR, MANAGER, OFFICIAL
from programs import outcome_desk
from tests import factories
from tests.conftest import logged_in
from tests.programs.test_outcomes import address, answer, asked, took_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
DAY = dt.timedelta(days=1)


def test_desk_when_opened_then_what_stands_out_and_a_record():
    row = answer(asked(), sales=5, orders=0)
    client = logged_in(factories.staff())
    page = client.get("/admin/outcomes/")
    assert [shown for shown, _words in page.context["rows"]] == [row]
    assert "주문 없는 매출" in page.content.decode()
    assert AccessRecord.objects.get().subject_ids == [row.application.merchant_id]
    assert "확인이 필요한 프로그램 성과가 1건" in client.get("/admin/").content.decode()


def test_desk_when_looked_at_and_corrected_then_kept():
    row = answer(asked(), sales=5, orders=0)
    client, place = logged_in(factories.staff()), f"/admin/outcomes/{row.pk}/"
    assert client.post(place, {"act": "look", "note": ""}).status_code == 409
    assert client.post(place, {"act": "look", "note": "맞습니다"}).status_code == 302
    data = {"act": "call", "stage": "7", "sales": "6", "orders": "1", "source_note": "통화"}
    assert client.post(place, {**data, "source_note": ""}).status_code == 409
    assert client.post(place, data).status_code == 302
    row.refresh_from_db()
    assert (row.sales, row.flags, row.checked_at) == (6, [], None)
    assert len(client.get(place).context["history"]) == 4


def test_desk_when_not_staff_then_not_shown(client, owner_client, other_client):
    place = f"/admin/outcomes/{asked().pk}/"
    for visitor in (client, owner_client, other_client):
        assert visitor.get(place).status_code == 302
    for role in (OFFICIAL, EVALUATOR):
        assert logged_in(factories.staff(role)).get(place).status_code == 403
    assert logged_in(factories.staff(MANAGER)).get(place).status_code == 200


def test_desk_when_longer_then_no_more_queries():
    found = []
    for _ in range(2):
        answer(asked(took_part()), sales=5, orders=0)
        with CaptureQueriesContext(connection) as queries:
            logged_in(factories.staff()).get("/admin/outcomes/")
        found.append(len(queries))
        answer(asked(took_part()), sales=5, orders=0)
    assert found[0] == found[1]


def test_part_when_asked_then_a_link_while_open(at_now):
    row = asked()
    owner = row.application.merchant.memberships.get().user
    (shown,) = outcome_desk.part_of(row.application, owner).asked
    assert shown.address == address(row)
    assert outcome_desk.part_of(row.application, None).asked[0].address == ""
    at_now.move_to(row.asked_at + 30 * DAY)
    assert outcome_desk.part_of(row.application, owner).asked[0].address == ""
