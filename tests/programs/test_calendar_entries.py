"""Sessions in the calendars of phones and computers."""

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import links
from bookings.models import Category
from bookings.services import calendars
from center import clock
from programs.models import Application, ApplicationState, CoApplicant, CoState
from programs.services import sessions
from programs.services.rooms import Room
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def taking(merchant):
    program = factories.program(title="사진 교실")
    return factories.application(program, merchant, ApplicationState.SELECTED)


def events(owner, **of_what):
    feed = calendars.renew(user=owner, **of_what)
    answer = Client().get(reverse("calendar", args=[links.token_of_feed(feed)]))
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def test_session_when_planned_moved_called_off_then_one_event_follows(house, owner, taking):
    room, by = (
        factories.resource(Category.CONFERENCE, capacity=20, name="컨퍼런스룸"),
        factories.staff(),
    )
    session = sessions.plan(
        by=by,
        program=taking.program,
        meeting=sessions.Meeting(kind="class", title="1회차"),
        starts=kst(27, 10),
        ends=kst(27, 12),
        room=Room(room),
    )
    (event,) = events(owner)
    assert (str(event["SUMMARY"]), event.start, event.end) == (
        "사진 교실 – 1회차",
        kst(27, 10),
        kst(27, 12),
    )
    assert "컨퍼런스룸" in str(event["LOCATION"])
    assert taking.receipt in str(event["DESCRIPTION"])
    uid = event["UID"]
    sessions.move(by=by, session=session, starts=kst(30, 10), ends=kst(30, 12), room=Room(room))
    (event,) = events(owner)
    assert (event["UID"], event.start, event["SEQUENCE"]) == (uid, kst(30, 10), 1)
    sessions.call_off(by=by, session=session, reason="강사 사정")
    (event,) = events(owner)
    assert (event["UID"], str(event["STATUS"]), event["SEQUENCE"]) == (uid, "CANCELLED", 2)


@pytest.mark.parametrize("state", ApplicationState.values)
def test_session_only_for_who_takes_part(owner, merchant, state):
    program = factories.program()
    fields = {"supplement_note": "x", "reason": "x"}
    factories.application(program, merchant, state, **fields)
    factories.session(program, online_link="https://meet.example/room")
    found = events(owner)
    assert len(found) == (state in ApplicationState.taking_part)
    if found:
        assert "https://meet.example/room" in str(found[0]["DESCRIPTION"])


def test_calendar_of_one_business_has_its_own_sessions_alone(owner, taking):
    mine = factories.session(taking.program, title="내 회차")
    other = factories.merchant(owner=owner)
    theirs = factories.application(factories.program(), other, ApplicationState.SELECTED)
    factories.session(theirs.program, title="다른 회차")
    assert len(events(owner)) == 2
    (event,) = events(owner, merchant=taking.merchant)
    assert str(event["SUMMARY"]).endswith(mine.title)


def test_calendar_of_a_partner_has_the_sessions_too():
    program, partner = factories.program(is_joint=True), factories.merchant()
    draft = factories.application(program, state=ApplicationState.DRAFT)
    CoApplicant.objects.create(
        application=draft, merchant=partner, state=CoState.CONFIRMED, answered_at=NOW
    )
    Application.objects.update(state=ApplicationState.SELECTED, place=1, submitted_at=NOW)
    factories.session(program)
    assert len(events(partner.memberships.get().user)) == 1


def test_calendar_when_a_space_then_no_sessions_of_businesses(taking, studio):
    factories.session(taking.program)
    staff = factories.staff()
    assert events(staff, resource=studio) == []


@pytest.mark.parametrize(("days", "shown"), [(60, 0), (59, 1)])
def test_session_that_is_over_stays_two_months(owner, taking, days, shown):
    ends = NOW - days * clock.DAY
    factories.session(taking.program, ends - clock.DAY / 24, ends=ends)
    assert len(events(owner)) == shown


@pytest.mark.parametrize("title", ["회차\r\nEND:VEVENT\r\nSUMMARY:x", 'a;b,c\\n"d"', "가" * 100])
def test_session_when_something_odd_was_typed_then_one_event(owner, taking, title):
    factories.session(taking.program, title=title, place_text=title)
    assert len(events(owner)) == 1


def test_calendar_when_more_sessions_then_the_same_queries(owner, taking):
    feed = calendars.renew(user=owner)
    address = reverse("calendar", args=[links.token_of_feed(feed)])

    def asked():
        with CaptureQueriesContext(connection) as queries:
            Client().get(address)
        return len(queries)

    factories.session(taking.program)
    asked()  # the first look keeps when it was read
    factories.session(taking.program)
    one = asked()
    for _n in range(3):
        factories.session(taking.program)
    assert asked() == one
