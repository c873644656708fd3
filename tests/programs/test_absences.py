"""Times off of consultants: entered, taken back, and no session in them by any way."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from center.errors import RuleViolation
from programs import consulting
from programs.models import ConsultantAbsence, Session
from programs.services import absences, sessions
from programs.services import consulting as services
from programs.services.consulting import Place
from tests import factories
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
#: Thursday, ten o'clock; a consultation is an hour
TEN = kst(26, 10)
SHOP = Place(text="가게")
ADDRESS, DESK = "/consulting/absences/", "/admin/consultations/absences/"


@pytest.fixture
def consultant():
    return factories.consultant()


def enter(consultant, starts, ends):
    return absences.enter(consultant=consultant, starts=starts, ends=ends, by=consultant.user)


def arrange(consultant, starts=TEN):
    row = factories.consultation(wishes=[starts])
    by = factories.staff()
    return services.assign(
        consultation=row, consultant=consultant, starts=starts, place=SHOP, by=by
    )


def refused(code, act, *args):
    with pytest.raises(RuleViolation, match=code):
        act(*args)


@pytest.mark.parametrize(
    ("starts", "ends", "is_away"),
    [
        (TEN - HOUR, TEN, False),
        (TEN - HOUR, TEN + SECOND, True),
        (TEN + HOUR - SECOND, TEN + 2 * HOUR, True),
        (TEN + HOUR, TEN + 2 * HOUR, False),
        (kst(25), kst(28), True),
    ],
)
def test_absence_to_the_second_for_proposing_and_arranging(consultant, starts, ends, is_away):
    enter(consultant, starts, ends)
    row = factories.consultation(wishes=[TEN])
    (proposal,) = consulting.proposals_for(row)
    assert list(proposal.consultants) == ([] if is_away else [consultant])
    if is_away:
        refused("consultant_absent", arrange, consultant)
        assert not Session.objects.exists()
    else:
        assert arrange(consultant).consultant == consultant.user


def test_moved_into_an_absence_then_refused(consultant):
    session = arrange(consultant).session
    enter(consultant, kst(27), kst(28))
    with pytest.raises(RuleViolation, match="consultant_absent"):
        sessions.move(by=factories.staff(), session=session, starts=kst(27, 10), ends=kst(27, 11))


def test_enter_when_a_session_stands_in_it_then_named_and_kept_until_it_is_gone(consultant):
    row = arrange(consultant)
    with pytest.raises(RuleViolation) as refusal:
        enter(consultant, kst(26), kst(27))
    (violation,) = refusal.value.violations
    assert (violation.code, "10:00" in violation.message) == ("absence_in_the_way", True)
    services.take_back(consultation=row, reason="병가", by=factories.staff())
    assert enter(consultant, kst(26), kst(27)).pk


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (kst(26), kst(26), "absence_ends_before_start"),
        (NOW - HOUR, NOW, "absence_past"),
        (NOW, NOW + 366 * 24 * HOUR + SECOND, "absence_too_long"),
        (kst(25, 23), kst(26, 1), "absence_overlaps"),
    ],
)
def test_enter_when_it_is_no_time_to_come_then_refused(consultant, starts, ends, code):
    enter(consultant, kst(26), kst(27))
    refused(code, enter, consultant, starts, ends)
    assert ConsultantAbsence.objects.count() == 1


def test_enter_and_withdraw_twice_then_once_and_the_row_stays(consultant):
    row = enter(consultant, kst(26), kst(27))
    assert enter(consultant, kst(26), kst(27)) == row
    for _ in range(2):
        assert absences.withdraw(absence=row).withdrawn_at == NOW
    assert arrange(consultant).pk
    assert ConsultantAbsence.objects.get().entered_by == consultant.user


def test_withdraw_when_it_is_over_then_refused(consultant, at_now):
    row = enter(consultant, kst(26), kst(27))
    at_now.move_to(kst(27) - SECOND)
    absences.withdraw(absence=row)
    later = enter(consultant, kst(26), kst(27))
    at_now.move_to(kst(27))
    with pytest.raises(RuleViolation, match="absence_past"):
        absences.withdraw(absence=later)


def test_database_when_the_services_are_gone_round_then_refuses_both_ways(consultant):
    session = arrange(consultant).session
    away = {"consultant": consultant, "starts": kst(27), "ends": kst(28)}
    ConsultantAbsence.objects.create(**away)
    for name, write in (
        ("absence_once", lambda: ConsultantAbsence.objects.create(**away)),
        (
            "absence_without_sessions",
            lambda: ConsultantAbsence.objects.update(starts=kst(26), ends=kst(27)),
        ),
        (
            "session_consultant_present",
            lambda: Session.objects.filter(pk=session.pk).update(
                starts=kst(27, 9), ends=kst(27, 10)
            ),
        ),
        ("keep_absences", lambda: ConsultantAbsence.objects.all().delete()),
    ):
        with pytest.raises(Exception) as error, transaction.atomic():  # noqa: PT011
            write()
        if name != "keep_absences":
            assert isinstance(error.value, IntegrityError)
            assert name in str(error.value)


# Pages


def test_page_of_a_consultant_for_days_and_for_hours(consultant):
    client = logged_in(consultant.user)
    assert client.post(ADDRESS, {"first": "2026-11-26"}).status_code == 302
    hours = {"first": "2026-11-27", "last": "2026-11-27", "from_time": "13:00"}
    assert client.post(ADDRESS, hours | {"until_time": "15:00"}).status_code == 302
    spans = ConsultantAbsence.objects.values_list("starts", "ends")
    assert list(spans) == [(kst(26), kst(27)), (kst(27, 13), kst(27, 15))]
    assert client.post(ADDRESS, {"first": ""}).status_code == 400
    again = client.post(ADDRESS, {"first": "2026-11-25", "last": "2026-11-26"})
    assert again.status_code == 409
    assert "다른 부재" in again.content.decode()
    row = ConsultantAbsence.objects.earliest("starts")
    assert client.post(f"{ADDRESS}{row.pk}/withdraw/").status_code == 302
    assert ConsultantAbsence.objects.to_come(NOW).count() == 1


def test_pages_as_another_consultant_evaluator_merchant_staff_and_anonymous(
    client, owner_client, staff_client, consultant
):
    row = enter(consultant, kst(26), kst(27))
    take_back = f"{ADDRESS}{row.pk}/withdraw/"
    other = logged_in(factories.consultant().user)
    assert list(other.get(ADDRESS).context["absences"]) == []
    assert other.post(take_back).status_code == 404
    assert logged_in(factories.evaluator()).get(ADDRESS).status_code == 404
    for visitor in (owner_client, staff_client):
        assert visitor.get(ADDRESS).status_code == visitor.post(take_back).status_code == 403
    assert client.get(ADDRESS).status_code == client.get(DESK).status_code == 302
    for visitor in (owner_client, logged_in(consultant.user)):
        assert visitor.get(DESK).status_code in {302, 403}
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_desk_when_staff_enter_and_take_back(staff_client, consultant):
    given = {"consultant": consultant.pk, "first": "2026-11-26", "last": "2026-11-27"}
    assert staff_client.post(DESK, given).status_code == 302
    row = ConsultantAbsence.objects.get()
    assert (row.starts, row.ends, row.entered_by.is_staff) == (kst(26), kst(28), True)
    assert staff_client.post(DESK, given | {"last": ""}).status_code == 409
    assert staff_client.post(DESK, {"first": "2026-12-01"}).status_code == 400
    assert staff_client.post(DESK, {"withdraw": row.pk}).status_code == 302
    assert staff_client.post(DESK, {"withdraw": "0"}).status_code == 404
    assert list(staff_client.get(DESK).context["page"].object_list) == []


@pytest.mark.parametrize("n", [1, 3])
def test_pages_when_more_absences_then_no_more_queries(
    staff_client, consultant, n, django_assert_num_queries
):
    own = logged_in(consultant.user)
    for day in range(n):
        enter(consultant, kst(24 + day), kst(25 + day))
    with django_assert_num_queries(6):
        own.get(ADDRESS)
    with django_assert_num_queries(6):
        staff_client.get(DESK)
