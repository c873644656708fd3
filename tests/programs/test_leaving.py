"""Giving up a place: what is planned for it alone ends with it, and one that was used stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from bookings.models import BookingState, Category
from center.errors import RuleViolation
from center.notifications.models import Message
from programs import progress
from programs.models import (
    ApplicationState,
    Booth,
    ConsultationState,
    ProgramState,
    SessionKind,
    SessionState,
)
from programs.services import apply, checking, consulting, exhibitions, leaving, places, sessions
from programs.services.sessions import Meeting, Room
from tests import factories
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

_S = ApplicationState
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def by():
    return factories.staff()


def taking_part(kind="live_commerce", **fields):
    program = factories.program(kind, **fields)
    return factories.application(program, state=_S.SELECTED, decided_at=NOW - DAY)


def owner_of(application):
    return application.merchant.memberships.get().user


def withdraw(application):
    return apply.withdraw(application=application, by=owner_of(application))


def told(person):
    return set(Message.objects.filter(recipient=person).values_list("kind", flat=True))


def assigned(by, application):
    asked = factories.consultation(application)
    consultant = factories.consultant()
    place = consulting.Place(text="센터 상담실")
    starts = asked.wishes.first().starts
    return consulting.assign(
        consultation=asked, consultant=consultant, starts=starts, place=place, by=by
    )


def test_withdraw_then_own_sessions_are_called_off_and_the_studio_is_free(by, house):
    application = taking_part()
    room = Room(factories.resource(Category.STUDIO))
    mine = sessions.plan(
        by=by,
        program=application.program,
        meeting=Meeting(SessionKind.BROADCAST, "본방송"),
        starts=kst(27, 10),
        ends=kst(27, 12),
        room=room,
        application=application,
    )
    for_all = factories.session(application.program, kst(26, 10))
    withdraw(application)
    mine.refresh_from_db()
    for_all.refresh_from_db()
    assert (mine.state, for_all.state) == (SessionState.CANCELLED, SessionState.PLANNED)
    assert mine.reason == "업체가 더 이상 참여하지 않습니다."
    assert mine.booking.state == BookingState.CANCELLED
    assert not mine.booking.allocations.exists()
    assert {"programs.session_called_off", "programs.withdrawn"} <= told(owner_of(application))


def test_withdraw_then_consultations_to_come_end_and_the_consultant_hears(by, house):
    application = taking_part("consulting")
    arranged = assigned(by, application)
    withdraw(application)
    arranged.refresh_from_db()
    arranged.session.refresh_from_db()
    assert arranged.state == ConsultationState.CANCELLED
    assert arranged.session.state == SessionState.CANCELLED
    assert "programs.consultation_taken_back" in told(arranged.consultant)


def test_withdraw_when_a_consultation_is_not_arranged_yet_then_it_waits_no_longer():
    application = taking_part("consulting")
    asked = factories.consultation(application)
    withdraw(application)
    asked.refresh_from_db()
    assert asked.state == ConsultationState.CANCELLED


def test_withdraw_then_the_booth_can_be_given_again(by):
    application = taking_part("exhibition_offline")
    booth = Booth.objects.create(program=application.program, number="A-1", application=application)
    next_one = factories.application(application.program, state=_S.SELECTED)
    withdraw(application)
    booth.refresh_from_db()
    exhibitions.give_booth(application=next_one, booth=booth, by=by)
    assert Booth.objects.get().application == next_one


def asks_whether(application):
    client = logged_in(owner_of(application))
    return client.get(reverse("application_withdraw", args=[application.receipt]))


def test_page_that_asks_whether_to_withdraw_then_names_what_goes_with_the_place():
    application = taking_part("exhibition_offline")
    own = {"application": application, "merchant": application.merchant}
    coming = factories.session(application.program, kst(27, 10), title="상품 촬영", **own)
    factories.session(application.program, NOW - DAY, title="지난 촬영", **own)
    factories.session(application.program, kst(26, 10), title="모두의 설명회")
    Booth.objects.create(program=application.program, number="A-1", application=application)
    factories.consultation(application)
    page = asks_whether(application).content.decode()
    assert coming.title in page
    assert "부스 A-1" in page
    assert "일정이 아직 정해지지 않은 상담 1건" in page
    assert "지난 촬영" not in page
    assert "모두의 설명회" not in page


def test_page_that_asks_whether_to_withdraw_without_a_place_then_nothing_goes_with_it():
    waiting = factories.application(factories.program("exhibition_offline"))
    assert "함께 취소됩니다" not in asks_whether(waiting).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_page_that_asks_whether_to_withdraw_however_much_goes_then_the_same_queries(
    n, django_assert_num_queries
):
    application = taking_part()
    own = {"application": application, "merchant": application.merchant}
    for hour in range(n):
        factories.session(application.program, kst(26 + hour, 10), **own)
    with django_assert_num_queries(3):
        assert len(leaving.goes_with(application, NOW).sessions) == n


def test_take_back_a_booth_of_a_business_that_left_before_then_it_is_free(by):
    application = taking_part("exhibition_offline")
    withdraw(application)
    booth = Booth.objects.create(program=application.program, number="A-1", application=application)
    exhibitions.give_booth(application=application, booth=None, by=by)
    booth.refresh_from_db()
    assert booth.application is None


@pytest.mark.parametrize(
    ("kind", "session", "is_own", "used"),
    [
        ("education", SessionKind.CLASS, False, True),
        ("live_commerce", SessionKind.BROADCAST, True, True),
        ("live_commerce", SessionKind.REHEARSAL, True, False),
        ("live_commerce", SessionKind.BRIEFING, False, False),
        ("education", SessionKind.BRIEFING, False, True),
    ],
)
def test_withdraw_once_a_session_has_begun_then_only_what_is_no_support_yet(
    kind, session, is_own, used
):
    application = taking_part(kind)
    own = {"application": application, "merchant": application.merchant} if is_own else {}
    factories.session(application.program, NOW, kind=session, **own)
    assert progress.page_of(application, NOW)["may_withdraw"] is not used
    if not used:
        assert withdraw(application).state == _S.WITHDRAWN
        return
    with pytest.raises(RuleViolation) as refusal:
        withdraw(application)
    assert refusal.value.codes == ("place_used",)
    assert refusal.value.violations[0].remedy


def test_withdraw_the_instant_before_the_first_session_then_it_still_can():
    application = taking_part("education")
    factories.session(application.program, NOW + dt.timedelta(microseconds=1))
    assert progress.page_of(application, NOW)["may_withdraw"]
    assert withdraw(application).state == _S.WITHDRAWN


def test_withdraw_when_all_sessions_so_far_were_before_the_place_came_then_it_can():
    application = taking_part("education")
    factories.session(application.program, NOW - 2 * DAY)
    factories.session(application.program, NOW + DAY)
    assert withdraw(application).state == _S.WITHDRAWN


def test_reject_a_place_given_by_first_come_then_what_hung_on_it_ends(by, house):
    application = taking_part("consulting")
    arranged = assigned(by, application)
    checking.reject(
        application=application, revision=application.revision, reason="다른 지역", by=by
    )
    arranged.refresh_from_db()
    assert arranged.state == ConsultationState.CANCELLED
    assert "programs.consultation_taken_back" in told(arranged.consultant)


@pytest.mark.parametrize(("begins", "offered"), [(NOW, False), (NOW + HOUR, True)])
def test_offer_when_the_last_session_begins_then_none_and_before_it_ends_there(begins, offered):
    program = factories.program("education", quota=1, reserve=1, state=ProgramState.PUBLISHED)
    waiting = factories.application(program, state=_S.RESERVE)
    factories.session(program, NOW - 7 * DAY)
    factories.session(program, begins)
    places.fill_now(program=program)
    waiting.refresh_from_db()
    assert waiting.state == (_S.OFFERED if offered else _S.RESERVE)
    assert waiting.offered_until == (begins if offered else None)
