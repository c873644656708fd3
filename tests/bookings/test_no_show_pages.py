"""Where a business sees what it missed and appeals, and where staff decide."""

import pytest
from django.urls import reverse

from bookings.models import NoShow
from bookings.services import no_shows
from center.models import AccessRecord
from center.permissions import EVALUATOR, MANAGER, OFFICIAL
from merchants.models import Membership
from tests import factories
from tests.bookings.test_no_shows import another, booking, missed, waive  # noqa: F401
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
LIST, DESK = "/bookings/no-shows/", "/admin/no-shows/"
TEXT = "버스가 서지 않았습니다."


@pytest.fixture
def row(at_now, booking) -> NoShow:  # noqa: F811
    return missed(at_now, booking)


def page_of(row: NoShow) -> str:
    return f"{LIST}{row.booking.reference}/"


def test_addresses_when_reversed_then_as_the_plan_says(row):
    assert reverse("no_show_list") == LIST
    assert reverse("no_show", args=[row.booking.reference]) == page_of(row)
    assert reverse("admin:no_shows") == DESK


def test_list_when_missed_then_says_until_when_and_leads_to_the_appeal(row, owner):
    page = logged_in(owner).get(LIST).content.decode()
    assert page_of(row) in page
    assert "12. 26.(토) 24:00" in page
    assert "12. 11.(금) 24:00" in page


def test_booking_when_missed_then_its_page_leads_to_the_case(row, owner):
    page = logged_in(owner).get(row.booking.get_absolute_url()).content.decode()
    assert page_of(row) in page
    assert "시간 안에 입실하지" in page


def test_list_when_nothing_was_missed_then_says_so(at_now, owner_client):
    assert "이용하지 않은 예약이 없습니다" in owner_client.get(LIST).content.decode()


def test_pages_when_owner_or_colleague_then_open(row, owner, merchant):
    colleague = factories.user()
    Membership.objects.create(merchant=merchant, user=colleague)
    for person in (owner, colleague):
        assert logged_in(person).get(page_of(row)).status_code == 200


def test_pages_when_somebody_else_then_nothing_is_seen(row, client, at_now):
    stranger = factories.user()
    factories.merchant(owner=stranger)
    for person in (stranger, factories.staff(), factories.user()):
        there = logged_in(person)
        assert there.get(page_of(row)).status_code == 404
        assert there.post(page_of(row), {"text": TEXT}).status_code == 404
        assert row.booking.reference not in there.get(LIST).content.decode()
    for address in (LIST, page_of(row)):
        assert client.get(address).url == f"{reverse('account_login')}?next={address}"
    row.refresh_from_db()
    assert row.appealed_at is None


def test_appeal_when_sent_then_kept_and_shown(row, owner):
    client = logged_in(owner)
    assert client.post(page_of(row), {"text": TEXT}).status_code == 302
    page = client.get(page_of(row)).content.decode()
    assert TEXT in page
    assert "<textarea" not in page
    again = client.post(page_of(row), {"text": "또 한 번 씁니다."})
    assert (again.status_code, "<textarea" in again.content.decode()) == (409, False)
    row.refresh_from_db()
    assert (row.appeal_text, row.appealed_by) == (TEXT, owner)


@pytest.mark.parametrize("text", ["", "네", "x" * 1001, "주민번호는 900101-1234567 입니다"])
def test_appeal_when_not_readable_then_the_form_says_so(row, owner, text):
    answer = logged_in(owner).post(page_of(row), {"text": text})
    row.refresh_from_db()
    assert (answer.status_code, row.appealed_at) == (400, None)
    assert 'id="errors"' in answer.content.decode()


def test_decision_when_made_then_the_business_reads_it(row, owner):
    waive(row)
    page = logged_in(owner).get(page_of(row)).content.decode()
    assert "사고로 늦으셨습니다." in page
    assert "예약하실 수 없습니다" not in page


def test_booking_when_missed_then_leads_there(row, owner):
    client = logged_in(owner)
    assert page_of(row) in client.get(row.booking.get_absolute_url()).content.decode()
    assert LIST in client.get("/bookings/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_when_rows_grow_then_the_queries_do_not(
    row, owner, merchant, at_now, django_assert_num_queries, count
):
    for _ in range(count - 1):
        missed(at_now, another(merchant))
    no_shows.appeal(no_show=row, text=TEXT, by=owner)
    mine, staff = logged_in(owner), logged_in(factories.staff())
    with django_assert_num_queries(6):
        assert len(mine.get(LIST).context["entries"]) == count
    with django_assert_num_queries(7):
        assert len(staff.get(DESK, {"show": "all"}).context["entries"]) == count


def test_desk_when_who_may_then_roles(row, client):
    statuses = {
        role: logged_in(factories.staff(role)).get(DESK).status_code
        for role in (MANAGER, OFFICIAL, EVALUATOR)
    }
    assert statuses == {MANAGER: 200, OFFICIAL: 403, EVALUATOR: 403}
    assert client.get(DESK).status_code == 302
    owner = row.booking.merchant.memberships.get().user
    for address in (DESK, f"{DESK}{row.pk}/"):
        assert logged_in(owner).get(address).status_code == 302


def test_desk_when_appeals_and_reviews_wait_then_appeals_first(row, owner, merchant, at_now):
    review = missed(at_now, another(merchant), kst(30, 10))
    assert review.review_due
    at_now.move_to(kst(30, 12))
    no_shows.appeal(no_show=row, text=TEXT, by=owner)
    client = logged_in(factories.staff())
    answer = client.get(DESK)
    assert [entry.row for entry in answer.context["entries"]] == [row, review]
    assert answer.context["counts"] == {"appeals": 1, "reviews": 1}
    for show, expected in (("appeals", [row]), ("reviews", [review]), ("nonsense", [row, review])):
        found = client.get(DESK, {"show": show}).context["entries"]
        assert [entry.row for entry in found] == expected
    first = client.get("/admin/").content.decode()
    assert f"{DESK}?show=appeals" in first
    assert f"{DESK}?show=reviews" in first


def test_desk_when_looked_at_then_an_access_record(row):
    operator = factories.staff()
    logged_in(operator).get(f"{DESK}{row.pk}/")
    record = AccessRecord.objects.latest("pk")
    assert (record.actor, record.subject_kind, record.subject_ids) == (
        operator,
        "merchant",
        [row.booking.merchant_id],
    )


def test_desk_when_waived_then_decided_and_told(row):
    client = logged_in(factories.staff())
    answer = client.post(f"{DESK}{row.pk}/", {"decision": "waived", "reason": "전화가 있었습니다."})
    assert (answer.status_code, answer.url) == (302, DESK)
    row.refresh_from_db()
    row.suspension.refresh_from_db()
    assert (row.decision, row.suspension.lifted_at is None) == ("waived", False)
    again = client.post(f"{DESK}{row.pk}/", {"decision": "upheld", "reason": "아닙니다."})
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"decision": "upheld", "reason": " "}, 409),
        ({"decision": "pardoned", "reason": "그냥"}, 400),
        ({"reason": "그냥"}, 400),
    ],
)
def test_desk_when_the_decision_is_not_whole_then_nothing(row, data, status):
    answer = logged_in(factories.staff()).post(f"{DESK}{row.pk}/", data)
    row.refresh_from_db()
    assert (answer.status_code, row.decision) == (status, "")


def test_desk_when_it_is_his_own_business_then_refused(row, merchant):
    operator = factories.staff()
    Membership.objects.create(merchant=merchant, user=operator)
    client = logged_in(operator)
    answer = client.post(f"{DESK}{row.pk}/", {"decision": "waived", "reason": "제 가게입니다."})
    row.refresh_from_db()
    assert (answer.status_code, row.decision) == (409, "")
