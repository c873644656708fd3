"""What a business reads of its own sessions, attendance and papers."""

import pytest

from center import clock
from programs import own_sessions
from programs.models import ApplicationState, PaperKind, Presence, SessionKind, SessionState
from programs.services import certify
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LINK = "https://meet.example.com/abc"


@pytest.fixture
def taking(merchant):
    return factories.application(factories.program(), merchant, ApplicationState.SELECTED)


def page(client, application):
    return client.get(application.get_absolute_url()).content.decode()


def words(application):
    return [row.word for row in own_sessions.own_of(application, clock.now()).rows]


def test_words_of_each_session(taking):
    program = taking.program
    came, missed, excused = (factories.session(program, kst(n, 10)) for n in (2, 3, 4))
    factories.attendance(came, taking)
    factories.attendance(excused, taking, mark=Presence.EXCUSED)
    gone = {"state": SessionState.CANCELLED, "reason": "폭설", "cancelled_at": NOW}
    factories.session(program, kst(5, 10), **gone)
    factories.session(program, kst(23, 10))
    factories.session(program, kst(30, 10))
    factories.session(program, kst(30, 14), kind=SessionKind.EVENT)
    own = own_sessions.own_of(taking, NOW)
    assert [row.style for row in own.rows] == ["ok", "no", "warn", "", "go", "go", "go"]
    assert own.rows[3].note == "폭설"
    assert (own.stands.percent, own.stands.absences) == (20, 1)
    assert missed.pk


def test_sessions_of_another_application_are_not_ones_own(taking):
    other = factories.application(taking.program, state=ApplicationState.SELECTED)
    whose = {"application": other, "merchant": other.merchant}
    factories.session(taking.program, kind=SessionKind.CONSULTATION, **whose)
    assert own_sessions.own_of(taking, NOW).rows == []


def test_online_link_for_participants_while_it_is_to_come(owner_client, merchant, taking, client):
    session = factories.session(taking.program, online_link=LINK)
    assert LINK in page(owner_client, taking)
    assert LINK not in client.get(taking.program.get_absolute_url()).content.decode()
    session.state = SessionState.HELD
    session.save()
    assert LINK not in page(owner_client, taking)


@pytest.mark.parametrize("state", [ApplicationState.SUBMITTED, ApplicationState.RESERVE])
def test_nothing_for_who_has_no_place(merchant, owner_client, state):
    application = factories.application(factories.program(), merchant, state)
    factories.session(application.program, online_link=LINK)
    assert own_sessions.own_of(application, NOW) is None
    assert LINK not in page(owner_client, application)


def test_page_shows_the_paper_and_the_bar(owner_client, taking):
    program = taking.program
    program.absences_allowed = 0
    program.save()
    factories.attendance(factories.session(program, kst(2, 10)), taking)
    factories.session(program, kst(3, 10))
    paper = certify.issue(application=taking, kind=PaperKind.PARTICIPATION)
    shown = page(owner_client, taking)
    assert paper.number in shown
    assert "certificate.pdf?paper=participation" in shown
    assert "alert warning" in shown
    assert "50 %" in shown


@pytest.mark.parametrize("n", [1, 3])
def test_page_in_a_fixed_number_of_queries(taking, django_assert_num_queries, n):
    for day in range(2, 2 + n):
        factories.attendance(factories.session(taking.program, kst(day, 10)), taking)
    with django_assert_num_queries(4):  # no rooms, so nothing of units is asked
        own_sessions.own_of(taking, NOW)


def test_calendar_has_ones_own_sessions_with_their_receipt(
    owner, taking, django_assert_num_queries
):
    coming = factories.session(taking.program)
    gone = {"state": SessionState.CANCELLED, "reason": "폭설", "cancelled_at": NOW}
    off = factories.session(taking.program, NOW + 2 * clock.DAY, **gone)
    factories.session(taking.program, kst(2, 10))
    factories.session(factories.program())
    found = own_sessions.for_calendar(owner, NOW)
    assert [(s, s.receipt) for s in found] == [(coming, taking.receipt), (off, taking.receipt)]
    with django_assert_num_queries(1):
        [own_sessions.place_of(session) for session in own_sessions.for_calendar(owner, NOW)]


@pytest.mark.parametrize(
    ("kind", "offered"), [(SessionKind.CLASS, True), (SessionKind.CONSULTATION, False)]
)
def test_attendance_when_a_session_is_a_consultation_then_not_offered(
    owner_client, owner, taking, kind, offered
):
    factories.session(taking.program, kst(23, 10), kind=kind)
    running = factories.session(taking.program, NOW, kind=kind)
    assert ("/attend/" in page(owner_client, taking)) is offered
    assert (running in own_sessions.open_now(owner, NOW)) is offered
