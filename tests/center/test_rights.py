"""Requests about one's own data: ten days, one answer, seen by the person alone and staff."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse

from center import rights
from center.errors import RuleViolation
from center.models import AccessRecord, RightsRequest
from tests import factories, sql
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE = "/account/privacy/"
LIST = "/admin/center/rightsrequest/"
Kind, Outcome = RightsRequest.Kind, RightsRequest.Outcome


@pytest.fixture
def asked(owner):
    return rights.ask(user=owner, kind=Kind.CORRECTION, text="전화번호를 고쳐 주세요")


def answer(asked, by=None, outcome=Outcome.DONE, text="고쳤습니다."):
    return rights.answer(request=asked, by=by or factories.staff(), outcome=outcome, text=text)


def change_page(asked):
    return reverse("admin:center_rightsrequest_change", args=[asked.pk])


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (kst(23, 0), dt.date(2026, 12, 3)),
        (kst(23, 23, 59), dt.date(2026, 12, 3)),
        (kst(24, 0), dt.date(2026, 12, 4)),
    ],
)
def test_ask_when_received_then_ten_korean_days(owner, at_now, at, due):
    at_now.move_to(at)
    assert rights.ask(user=owner, kind=Kind.ACCESS, text="x").due_on == due


def ask(owner):
    return rights.ask(user=owner, kind=Kind.ACCESS, text="x")


def test_ask_when_five_wait_for_an_answer_then_refused_until_one_has_it(owner):
    *_others, last = [ask(owner) for _each in range(5)]
    with pytest.raises(RuleViolation) as refusal:
        ask(owner)
    assert refusal.value.codes == ("too_many_open",)
    ask(factories.user())  # others are not kept waiting by it
    answer(last)
    assert ask(owner).is_open


def test_ask_when_ten_came_on_one_korean_day_then_refused_until_the_next(owner, at_now):
    at_now.move_to(kst(23, 0))
    for _each in range(9):
        answer(ask(owner))
    at_now.move_to(kst(23, 23, 59))
    answer(ask(owner))  # the tenth
    with pytest.raises(RuleViolation) as refusal:
        ask(owner)
    assert refusal.value.codes == ("too_many_today",)
    at_now.move_to(kst(24, 0))
    assert ask(owner).is_open


def test_page_when_too_many_wait_then_said_and_what_was_typed_kept(owner_client, owner):
    for _each in range(5):
        ask(owner)
    page = owner_client.post(PAGE, {"kind": "access", "text": "내 기록"}).content.decode()
    said = BeautifulSoup(page, "html.parser").select_one(".errors").text
    assert "요구 5건을 처리하고 있습니다" in said
    assert "내 기록" in page
    assert RightsRequest.objects.count() == 5


@pytest.mark.parametrize(
    ("at", "is_overdue"),
    [
        (kst(3, 23, 59, month=12), False),
        (kst(4, 0, month=12), True),
        (kst(4, 0, 1, month=12), True),
    ],
)
def test_request_when_the_tenth_day_is_over_then_overdue(asked, at_now, at, is_overdue):
    at_now.move_to(at)
    assert asked.is_overdue is is_overdue
    overdue = RightsRequest.objects.overdue(asked.due_on + dt.timedelta(days=is_overdue))
    assert list(overdue) == [asked] * is_overdue


def test_answer_when_given_then_once_with_who_and_when(asked, at_now):
    staff = factories.staff()
    answer(asked, by=staff)
    assert (asked.outcome, asked.answer, asked.answered_by) == ("done", "고쳤습니다.", staff)
    assert asked.answered_at == NOW
    with pytest.raises(RuleViolation) as refusal:
        answer(asked, outcome=Outcome.REFUSED)
    assert refusal.value.codes == ("answered_already",)
    at_now.move_to(kst(30, month=12))
    assert not asked.is_overdue


def test_answer_when_empty_or_ones_own_then_refused(asked, owner):
    for fields, code in (({"text": " "}, "answer_missing"), ({"by": owner}, "own_request")):
        with pytest.raises(RuleViolation) as refusal:
            answer(asked, **fields)
        assert refusal.value.codes == (code,)
    asked.refresh_from_db()
    assert asked.is_open


def test_request_when_answered_then_not_rewritten_and_open_ones_not_deleted(asked, owner):
    with pytest.raises(IntegrityError, match="not answered yet"):
        sql.run("DELETE FROM center_rightsrequest")
    with pytest.raises(IntegrityError, match="TRUNCATE refused"):
        sql.run("TRUNCATE center_rightsrequest")
    with pytest.raises(IntegrityError, match="answered_whole"), transaction.atomic():
        RightsRequest.objects.update(outcome="done")
    answer(asked)
    with pytest.raises(IntegrityError, match="answered already"):
        sql.run("UPDATE center_rightsrequest SET answer = 'x'")


def test_page_when_asked_then_received_and_shown_with_the_day(owner_client, owner):
    data = {"kind": "deletion", "text": "지난 예약의 이용자 이름"}
    page = owner_client.post(PAGE, data, follow=True).content.decode()
    made = RightsRequest.objects.get()
    assert (made.user, made.kind, made.text) == (owner, "deletion", data["text"])
    assert "2026. 12. 3.(목)까지" in page
    answer(made, text="지웠습니다.")
    assert "지웠습니다." in owner_client.get(PAGE).content.decode()


@pytest.mark.parametrize("wrong", [{"kind": ""}, {"text": ""}, {"kind": "nonsense"}])
def test_page_when_wrong_then_kept_and_nothing_received(owner_client, wrong):
    page = owner_client.post(PAGE, {"kind": "access", "text": "내 기록", **wrong})
    assert BeautifulSoup(page.content, "html.parser").select_one(".errors")
    assert ("내 기록" in page.content.decode()) is ("text" not in wrong)
    assert not RightsRequest.objects.exists()


def test_page_when_another_persons_then_not_shown(other_client, client, asked):
    assert asked.text not in other_client.get(PAGE).content.decode()
    assert client.post(PAGE, {"kind": "access", "text": "x"}).status_code == 302
    assert RightsRequest.objects.count() == 1


def test_admin_when_staff_answer_then_through_the_service_and_recorded(staff_client, asked):
    page = staff_client.get(change_page(asked)).content.decode()
    assert asked.text in page
    staff_client.post(change_page(asked), {"outcome": "partly", "answer": "일부 고쳤습니다."})
    asked.refresh_from_db()
    assert (asked.outcome, asked.answer) == ("partly", "일부 고쳤습니다.")
    actions = AccessRecord.objects.about("rightsrequest", asked.pk).order_by("pk")
    assert [row.action for row in actions] == ["view", "change"]
    assert "답변 보내기" not in staff_client.get(change_page(asked)).content.decode()


def test_admin_when_answered_meanwhile_or_empty_then_said(staff_client, asked):
    page = staff_client.post(change_page(asked), {"outcome": "done", "answer": ""})
    assert BeautifulSoup(page.content, "html.parser").select_one(".errorlist")
    answer(asked)
    data = {"outcome": "done", "answer": "x"}
    page = staff_client.post(change_page(asked), data, follow=True)
    assert "이미 답변한 요구입니다" in page.content.decode()


def test_admin_list_when_overdue_then_flagged(asked, at_now):
    at_now.move_to(kst(4, month=12))
    staff_client = logged_in(factories.staff())  # who logged in before that is logged out
    rows = BeautifulSoup(staff_client.get(LIST).content, "html.parser").select("#result_list tr")
    assert "기한이 지났습니다" in rows[1].text
    for state, count in (("open", 1), ("overdue", 1), ("done", 0)):
        page = BeautifulSoup(staff_client.get(LIST, {"state": state}).content, "html.parser")
        assert len(page.select("#result_list tbody tr")) == count


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 302), ("official", 403), ("evaluator", 403), ("operator", 200), ("manager", 200)],
)
def test_admin_when_role_then_open_or_away(asked, role, status):
    client = logged_in(factories.staff(role) if role else factories.user())
    assert client.get(LIST).status_code == status
    assert client.get(change_page(asked)).status_code == status
    client.post(change_page(asked), {"outcome": "done", "answer": "x"})
    asked.refresh_from_db()
    assert asked.is_open is (status != 200)


@pytest.mark.parametrize("rows", [1, 3])
def test_admin_list_when_more_rows_then_the_same_queries(
    staff_client, rows, django_assert_num_queries
):
    for _ in range(rows):
        rights.ask(user=factories.user(), kind=Kind.ACCESS, text="x")
    with django_assert_num_queries(9):
        staff_client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_when_more_requests_then_the_same_queries(owner, rows, django_assert_num_queries):
    for _ in range(rows):
        answer(rights.ask(user=owner, kind=Kind.ACCESS, text="x"))
    client = logged_in(owner)
    with django_assert_num_queries(6):
        client.get(PAGE)
