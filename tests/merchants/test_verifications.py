"""The queue: what waits, in which order, what is said of it, who may look."""

import datetime as dt

import pytest
from django.urls import reverse

from center.models import AccessRecord
from merchants import queue
from merchants.models import Merchant
from merchants.services import members, verify
from tests import factories
from tests.conftest import NOW, kst, logged_in
from tests.merchants import cases
from tests.merchants.test_register import submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
QUEUE = "/admin/verifications/"


def rows(client, **asked):
    return client.get(QUEUE, asked).context["rows"]


def names(client, **asked):
    return [row.merchant.name for row in rows(client, **asked)]


def test_address_when_reversed_then_as_the_plan_says():
    assert reverse("admin:verifications") == QUEUE
    assert reverse("admin:verification", args=[7]) == f"{QUEUE}7/"


def staff_now():
    """Staff who have just logged in: whoever did before the clock moved was idle too long."""
    return logged_in(factories.staff())


def test_queue_when_cases_came_one_after_another_then_the_oldest_first(at_now):
    cases.waiting(name="둘째")
    at_now.move_to(kst(23, 8))
    cases.waiting(name="첫째")
    at_now.move_to(kst(23, 12))
    cases.changed()
    factories.merchant(name="기다리지 않음")
    assert names(staff_now()) == ["첫째", "둘째", "새 이름"]


@pytest.mark.parametrize(
    ("make", "news"),
    [
        (cases.waiting, ["첫 등록"]),
        (cases.submitted_again, ["보완 후 다시 제출"]),
        (cases.changed, ["확인 후 변경"]),
        (cases.renewed, ["서류 갱신"]),
        (lambda: flagged("closed"), ["국세청: 폐업"]),
    ],
)
def test_queue_when_a_case_waits_then_says_what_is_new(staff_client, make, news):
    make()
    (row,) = rows(staff_client)
    assert row.news == news


def flagged(standing, **fields):
    return factories.merchant(business_status=standing, status_checked_at=NOW, **fields)


@pytest.mark.parametrize(
    ("moment", "overdue"), [(kst(25, 17, 59), 0), (kst(25, 18), 0), (kst(25, 18, 1), 1)]
)
def test_queue_when_the_promise_ends_then_overdue_from_then_on(at_now, moment, overdue):
    cases.waiting()  # on Monday: to be decided by Wednesday, 18:00
    at_now.move_to(moment)
    client = staff_now()
    page = client.get(QUEUE)
    assert [row.is_overdue for row in page.context["rows"]] == [bool(overdue)]
    assert page.context["counts"].overdue == overdue
    assert len(rows(client, show="overdue")) == overdue
    assert ("기한 지난 것 1건" in page.content.decode()) is bool(overdue)


def test_queue_when_only_a_verified_business_changed_then_never_overdue(at_now):
    cases.changed()
    at_now.move_to(kst(30, 12))
    (row,) = rows(staff_now())
    assert (row.due, row.is_overdue) == (None, False)


def test_queue_when_flagged_and_decided_then_gone_until_the_next_answer(staff_client):
    merchant = flagged("paused", decided_at=NOW)
    assert names(staff_client, show="flagged") == []
    merchant.status_checked_at = kst(24)
    merchant.save(update_fields=["status_checked_at"])
    assert names(staff_client, show="flagged") == [merchant.name]
    assert merchant.awaits_decision


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("수제", True),
        ("504-01-0600", True),
        ("5040106", True),
        ("053 777", True),
        ("0537771234", True),
        ("김달", True),
        ("없는", False),
        ("9999", False),
        ("²", False),
    ],
)
def test_search_when_by_name_number_or_phone_then_found(staff_client, term, found):
    submitted(number=factories.number(600), name="달구벌 수제청", phone="053-777-1234")
    assert bool(names(staff_client, q=term)) is found


def test_queue_when_more_than_a_page_then_the_filter_stays(staff_client, monkeypatch):
    monkeypatch.setattr("merchants.admin.verification.PAGE", 1)
    cases.waiting(name="하나 떡집")
    cases.waiting(name="둘 떡집")
    page = staff_client.get(QUEUE, {"q": "떡집"})
    assert "?q=%EB%96%A1%EC%A7%91&amp;page=2" in page.content.decode()
    assert [row.merchant.name for row in page.context["rows"]] == ["하나 떡집"]


@pytest.mark.parametrize("count", [1, 3])
def test_queue_when_more_rows_then_the_same_queries(staff_client, count, django_assert_num_queries):
    for _ in range(count):
        cases.waiting()
    with django_assert_num_queries(9):
        staff_client.get(QUEUE)


def test_queue_when_seen_then_one_record_with_the_ids():
    made = {cases.waiting().pk, cases.waiting().pk}
    client = logged_in(factories.staff())
    client.get(QUEUE)
    client.get(QUEUE, {"q": "달구벌"})
    records = AccessRecord.objects.order_by("pk")
    assert [record.action for record in records] == ["view", "search"]
    assert all(set(record.subject_ids) == made for record in records)


def orphan(**fields):
    """A business nobody acts for, as an import leaves it."""
    merchant = factories.merchant(**fields)
    merchant.memberships.all().delete()
    return merchant


def asks(merchant, **person):
    return members.ask_to_join(number=merchant.number, user=factories.user(**person), note="")


def test_queue_when_somebody_asks_for_a_business_without_owner_then_staff_are_asked(staff_client):
    request = asks(orphan(name="옛 상점"), name="이새로")
    asks(factories.merchant(name="주인 있는 상점"))
    page = staff_client.get(QUEUE)
    assert (page.context["requests"], page.context["asking"]) == ([request], 1)
    act = reverse("admin:merchants_merchant_request", args=[request.merchant_id, request.pk])
    assert f'<a href="{act}">옛 상점: 이새로</a>' in page.content.decode()
    assert "주인 있는 상점" not in page.content.decode()
    assert list(AccessRecord.objects.values_list("subject_ids", flat=True)) == [
        [request.merchant_id]
    ]


def test_queue_when_the_number_was_taken_by_somebody_never_verified_then_staff_are_asked(
    staff_client,
):
    squatted = factories.merchant(
        state="submitted", verified_until=None, submitted_at=NOW, decide_until=NOW
    )
    request = asks(squatted, name="참주인")
    assert staff_client.get(QUEUE).context["requests"] == [request]


def test_queue_when_staff_let_somebody_in_then_the_owner_answers_the_next(staff_client):
    merchant = orphan()
    first, _second = asks(merchant), asks(merchant)
    act = reverse("admin:merchants_merchant_request", args=[merchant.pk, first.pk])
    assert "대표 회원이 됩니다" in staff_client.get(act).content.decode()
    staff_client.post(act, {"answer": "accept"})
    assert merchant.has_owner
    assert staff_client.get(QUEUE).context["asking"] == 0


@pytest.mark.parametrize("count", [1, 3])
def test_queue_when_more_ask_then_the_same_queries(staff_client, count, django_assert_num_queries):
    for _ in range(count):
        asks(orphan())
    with django_assert_num_queries(8):  # an empty queue reads no papers
        staff_client.get(QUEUE)


def test_queue_when_verified_business_has_lapsed_then_due_or_said(at_now, staff_client):
    merchant = cases.changed()
    Merchant.objects.filter(pk=merchant.pk).update(verified_until=NOW.date())
    assert "계속 이용 중" in staff_client.get(QUEUE).content.decode()
    at_now.move_to(kst(24))
    client = staff_now()
    (row,) = rows(client)
    assert (row.due, row.can_book) == (None, False)
    assert "확인 기간 끝남" in client.get(QUEUE).content.decode()
    Merchant.objects.filter(pk=merchant.pk).update(decide_until=kst(26, 18))
    assert [(row.due, row.is_overdue) for row in rows(client)] == [(kst(26, 18), False)]
    at_now.move_to(kst(26, 18, 1))
    assert [row.is_overdue for row in rows(staff_now(), show="overdue")] == [True]


@pytest.mark.parametrize("decide", ["verify", "send_back"])
def test_decision_when_made_then_the_promise_is_kept_and_gone(decide):
    merchant, more = cases.waiting(), {"until": dt.date(2027, 3, 31)}
    if decide == "send_back":
        more = {"reasons": ["differs"], "note": ""}
    decided = getattr(verify, decide)(
        merchant=merchant, revision=merchant.revision, by=factories.staff(), **more
    )
    assert Merchant.objects.get(pk=decided.pk).decide_until is None


@pytest.mark.parametrize("asked", [{"show": "nonsense"}, {"page": "x"}, {"q": "a" * 500}])
def test_queue_when_asked_for_nonsense_then_an_ordinary_page(staff_client, asked):
    assert staff_client.get(QUEUE, asked).status_code == 200


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([1, 2, 3], [1, 3], 3),
        ([1, 2, 3], [1], 1),
        ([1, 2], [], None),
        ([2], [9], 9),
        ([], [5], 5),
        ([1, 2, 3], [1, 2, 3], 3),
    ],
)
def test_following_when_a_case_is_done_then_the_next_one_left(before, now, expected):
    assert queue.following(before, 2, now) == expected
