"""The monthly look through the access log, and the purpose asked before data leaves."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse

from center import access_review
from center.errors import RuleViolation
from center.models import AccessRecord, AccessReview
from tests import factories, sql
from tests.conftest import kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE = "/admin/center/accessrecord/review/"
OCTOBER, NOVEMBER = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


@pytest.fixture
def manager():
    return factories.staff("manager", name="한관리")


@pytest.fixture
def operator():
    return factories.staff(name="오운영")


def seen(actor, at, *, action="view", ids=(1,), **fields):
    return AccessRecord.objects.create(
        at=at,
        actor=actor,
        actor_label=actor.name if actor else "system",
        action=action,
        subject_kind="merchant",
        subject_ids=list(ids),
        **fields,
    )


def october(day, hour, minute=0):
    return kst(day, hour, minute, month=10)


def test_figures_when_by_actor_then_each_action_counted_within_the_korean_month(operator):
    seen(operator, october(1, 0), ids=(1, 2))
    seen(operator, october(31, 23, 59), action="search", ids=(1, 2, 3))
    seen(operator, october(1, 0) - dt.timedelta(seconds=1))
    seen(operator, kst(1, 0))
    seen(None, october(5, 10), action="export")
    found = access_review.figures(OCTOBER)
    assert found.records == 3
    counted = [
        (r["actor_label"], r["records"], r["subjects"], r["view"], r["search"], r["export"])
        for r in found.by_actor
    ]
    assert counted == [("오운영", 2, 5, 1, 1, 0), ("system", 1, 1, 0, 0, 1)]


@pytest.mark.parametrize(
    ("at", "is_outside"),
    [
        (october(5, 8, 59), True),  # a Monday
        (october(5, 9), False),
        (october(5, 17, 59), False),
        (october(5, 18), True),
        (october(9, 12), False),  # Friday
        (october(10, 12), True),  # Saturday
        (october(11, 12), True),  # Sunday
    ],
)
def test_figures_when_outside_office_hours_then_pointed_out(operator, at, is_outside):
    seen(operator, at)
    seen(None, at)
    outside = access_review.figures(OCTOBER).outside_hours
    assert [row["actor_label"] for row in outside] == ["오운영"] * is_outside


@pytest.mark.parametrize(("more", "is_many"), [(0, False), (1, True)])
def test_figures_when_many_subjects_in_a_day_then_pointed_out(operator, settings, more, is_many):
    settings.ACCESS_MANY_SUBJECTS = 5
    seen(operator, october(5, 10), ids=(1, 2, 3))
    seen(operator, october(5, 23, 59), ids=range(2 + more))
    seen(operator, october(6, 0), ids=(1, 2))
    found = access_review.figures(OCTOBER).many_subjects
    assert [(row["day"], row["subjects"]) for row in found] == [(dt.date(2026, 10, 5), 6)] * is_many


def test_figures_when_data_left_then_with_its_purpose(operator):
    seen(operator, october(5, 10))
    for action in ("download", "export", "print"):
        seen(operator, october(6, 10), action=action, purpose=f"for {action}")
    found = access_review.figures(OCTOBER).taken_out
    assert [row.purpose for row in found] == ["for download", "for export", "for print"]


def test_open_months_when_signed_or_not_over_then_not_listed(operator, manager):
    seen(operator, kst(3, 10, month=8))
    access_review.sign(month=dt.date(2026, 9, 1), by=manager, note="이상 없음")
    assert access_review.open_months() == [
        access_review.OpenMonth(dt.date(2026, 8, 1), True),
        access_review.OpenMonth(OCTOBER, True),
    ]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (kst(30, 23, 59), []),
        (kst(1, 0, month=12), [access_review.OpenMonth(NOVEMBER, False)]),
        (kst(10, 23, 59, month=12), [access_review.OpenMonth(NOVEMBER, False)]),
        (kst(11, 0, month=12), [access_review.OpenMonth(NOVEMBER, True)]),
    ],
)
def test_open_months_when_time_passes_then_open_and_later_overdue(at_now, operator, at, expected):
    seen(operator, kst(3, 10))
    at_now.move_to(at)
    assert access_review.open_months() == expected


def test_sign_when_the_month_is_not_over_then_refused_here_and_by_the_database(at_now, manager):
    at_now.move_to(kst(30, 23, 59))
    with pytest.raises(RuleViolation) as refusal:
        access_review.sign(month=NOVEMBER, by=manager, note="x")
    assert refusal.value.codes == ("month_not_over",)
    row = {"month": NOVEMBER, "signed_by": manager, "records": 0, "note": "x"}
    with pytest.raises(IntegrityError, match="after_the_month"), transaction.atomic():
        AccessReview.objects.create(**row, signed_at=kst(30, 23, 59))
    at_now.move_to(kst(1, 0, month=12))
    assert access_review.sign(month=NOVEMBER, by=manager, note="x").month == NOVEMBER


def test_sign_when_signed_already_then_the_first_stands(manager):
    first = access_review.sign(month=OCTOBER, by=manager, note="이상 없음")
    with pytest.raises(RuleViolation) as refusal:
        access_review.sign(month=OCTOBER, by=factories.staff("manager"), note="y")
    assert refusal.value.codes == ("already_signed",)
    assert list(AccessReview.objects.values_list("pk", "note")) == [(first.pk, "이상 없음")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE center_accessreview SET note = ''",
        "DELETE FROM center_accessreview",
        "TRUNCATE center_accessreview",
    ],
)
def test_review_when_changed_by_sql_then_refused(manager, statement):
    access_review.sign(month=OCTOBER, by=manager, note="이상 없음")
    with pytest.raises(IntegrityError, match="only grows"):
        sql.run(statement)


def test_review_page_when_a_manager_signs_then_kept_with_the_finding(manager, operator):
    seen(operator, october(5, 10))
    client = logged_in(manager)
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    assert "2026. 10." in page.select_one("#content-main > h2").text
    assert "기한이 지났습니다" in page.select_one("#open + ul").text
    client.post(f"{PAGE}?month=2026-10", {"note": "야간 조회 1건을 확인했습니다."})
    review = AccessReview.objects.get()
    assert (review.month, review.signed_by, review.records) == (OCTOBER, manager, 1)
    assert "야간 조회 1건을" in client.get(f"{PAGE}?month=2026-10").content.decode()


def test_review_page_when_without_finding_or_too_early_then_not_signed(manager):
    client = logged_in(manager)
    assert client.post(f"{PAGE}?month=2026-10", {"note": ""}).status_code == 200
    client.post(f"{PAGE}?month=2026-11", {"note": "x"})
    assert not AccessReview.objects.exists()


@pytest.mark.parametrize("address", [PAGE, "/admin/center/accessrecord/review/2026-10.csv"])
@pytest.mark.parametrize(
    ("role", "status"),
    [("manager", 200), ("operator", 403), ("official", 403), ("evaluator", 403), (None, 302)],
)
def test_access_log_pages_when_role_then_only_managers(address, role, status):
    person = factories.staff(role) if role else factories.user()
    assert logged_in(person).get(address).status_code == status


def test_access_log_pages_when_anonymous_then_log_in(client):
    assert client.get(PAGE).url.startswith("/admin/login/")


@pytest.mark.parametrize("month", ["2026", "2026-13", "0001-01", "9999-12", "x-y", "2026-1-1"])
def test_review_page_when_the_month_is_none_then_404(manager, month):
    assert logged_in(manager).get(PAGE, {"month": month}).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_review_page_when_more_rows_then_the_same_queries(manager, rows, django_assert_num_queries):
    for n in range(rows):
        seen(factories.staff(), october(4 + n, 20), action="download", ids=range(600))
    client = logged_in(manager)
    with django_assert_num_queries(12):
        client.get(PAGE, {"month": "2026-10"})


def test_access_log_list_when_opened_then_read_only(manager, operator, django_assert_num_queries):
    records = [seen(operator, october(5, 10)) for _ in range(3)]
    client = logged_in(manager)
    with django_assert_num_queries(7):
        page = client.get(reverse("admin:center_accessrecord_changelist"))
    assert "월간 점검" in page.content.decode()
    change = reverse("admin:center_accessrecord_change", args=[records[0].pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"what": "x"}).status_code == 403
    assert client.get(reverse("admin:center_accessrecord_add")).status_code == 403


CSV = "/admin/center/accessrecord/review/2026-10.csv"


def test_download_when_without_purpose_then_asked(manager, operator):
    seen(operator, october(5, 10))
    client = logged_in(manager)
    assert "무엇에 쓰십니까" in client.get(CSV).content.decode()
    for answer in ({}, {"purpose": "other"}, {"purpose": "nonsense", "text": "x"}):
        page = client.post(CSV, answer)
        assert page["Content-Type"].startswith("text/html")
        assert BeautifulSoup(page.content, "html.parser").select_one(".errors")
    assert not AccessRecord.objects.filter(action="download").exists()


def test_download_when_purpose_is_given_then_streamed_and_recorded(manager, operator):
    seen(operator, october(5, 10), what="=cmd()")
    answer = logged_in(manager).post(CSV, {"purpose": "inspection", "text": "시 감사 2026-12"})
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff시각,")
    assert "'=cmd()" in text
    assert "filename*=utf-8''%EC%A0%91" in answer["Content-Disposition"]
    made = AccessRecord.objects.get(action="download")
    assert (made.actor, made.subject_kind, made.subject_ids) == (manager, "user", [operator.pk])
    assert made.purpose == "감사·점검: 시 감사 2026-12"
    assert made.what == CSV


def test_download_when_the_system_alone_acted_then_recorded_all_the_same(manager):
    row = seen(None, october(5, 10))
    logged_in(manager).post(CSV, {"purpose": "inspection"})
    made = AccessRecord.objects.get(action="download")
    assert (made.actor, made.purpose) == (manager, "감사·점검")
    assert (made.subject_kind, made.subject_ids) == ("accessrecord", [row.pk])
