"""Planning, moving and calling off sessions, with their rooms."""

import datetime as dt

import pytest

from bookings.intervals import Interval
from bookings.models import Booking, Category, RuleOverride
from center.errors import RuleViolation
from center.notifications.models import Message
from programs.models import ApplicationState, ProgramState, Session, SessionKind, SessionState
from programs.services import calls, rooms, sessions
from programs.services.sessions import Meeting, Room
from tests import factories
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
CLASS = Meeting(kind=SessionKind.CLASS, title="1회차: 사진")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def by():
    return factories.staff()


@pytest.fixture
def program():
    return factories.program("education")


@pytest.fixture
def room(house):
    return Room(factories.resource(Category.CONFERENCE, capacity=20))


def plan(by, program, start=None, meeting=CLASS, hours=2, **given):
    starts = start or kst(27, 10)
    values = {"starts": starts, "ends": starts + hours * HOUR, **given}
    return sessions.plan(by=by, program=program, meeting=meeting, **values)


def refused(act, *args, **given):
    with pytest.raises(RuleViolation) as refusal:
        act(*args, **given)
    return list(refusal.value.codes)


def told(kind):
    rows = Message.objects.filter(kind=f"programs.{kind}", channel="inbox")
    return list(rows.order_by("pk"))


def a_participant(program, **fields):
    return factories.application(program, state=ApplicationState.SELECTED, **fields)


def test_plan_with_a_room_then_the_house_has_booked_it(by, program, room):
    made = plan(by, program, room=room, meeting=Meeting(SessionKind.CLASS, "사진", capacity=12))
    booking = made.booking
    assert (booking.merchant, booking.source, booking.state) == (None, "program", "confirmed")
    assert (booking.headcount, booking.purpose) == (12, f"{program.title} – 사진")
    assert booking.allocations.get().unit.resource == room.resource


def test_plan_months_ahead_and_all_day_then_limits_of_businesses_do_not_count(by, program, room):
    factories.policy(horizon_days=7, max_minutes=60, notice_days=3)
    plan(by, program, kst(24, 13, month=12), hours=5, room=room)
    assert not RuleOverride.objects.exists()


def test_plan_in_the_evening_then_only_for_a_reason(by, program, room):
    assert refused(plan, by, program, kst(27, 18), room=room) == ["outside_hours"]
    made = plan(by, program, kst(27, 18), room=room, override="저녁반")
    assert RuleOverride.objects.get(booking=made.booking).codes == ["outside_hours"]


def test_plan_when_the_room_is_taken_then_nothing_is_planned(by, program, room):
    plan(by, program, room=room)
    assert refused(plan, by, factories.program(), room=room) == ["slot_taken"]
    assert Session.objects.count() == Booking.objects.count() == 1


def test_plan_when_equipment_is_taken_then_neither_room(by, program, room):
    camera = factories.resource(Category.EQUIPMENT, used_in=[room.resource])
    other = factories.resource(Category.CONFERENCE)
    camera.used_in.add(other)
    plan(by, program, room=Room(other, [camera]))
    wish = Room(room.resource, [camera])
    assert refused(plan, by, factories.program(), room=wish) == ["equipment_taken"]
    assert Booking.objects.count() == 1


def test_plan_the_very_same_twice_gives_the_one_there_is(by, program, room):
    assert plan(by, program, room=room) == plan(by, program, room=room)


def test_plan_when_the_end_is_not_after_the_start_then_refused(by, program):
    assert refused(plan, by, program, hours=0) == ["ends_before_start"]


@pytest.mark.parametrize("state", [ProgramState.FINISHED, ProgramState.CANCELLED])
def test_plan_when_the_program_is_over_then_refused(by, state):
    assert refused(plan, by, factories.program(state=state)) == ["program_over"]


def test_plan_when_the_consultant_is_elsewhere_then_the_sentence_names_it(by, program):
    meeting = Meeting(SessionKind.CONSULTATION, "상담", consultant=factories.user(name="김상담"))
    plan(by, program, meeting=meeting)
    with pytest.raises(RuleViolation) as refusal:
        plan(by, factories.program("consulting"), kst(27, 11), meeting=meeting)
    assert refusal.value.codes == ("consultant_busy",)
    assert "김상담" in refusal.value.violations[0].message
    assert plan(by, program, kst(27, 12), meeting=meeting).pk  # right after it


def test_plan_when_the_business_is_elsewhere_then_refused(by):
    application = a_participant(factories.program("live_commerce"))
    meeting = Meeting(SessionKind.REHEARSAL, "리허설")
    wish = {"meeting": meeting, "application": application}
    made = plan(by, application.program, **wish)
    assert made.merchant == application.merchant
    assert refused(plan, by, application.program, kst(27, 11), **wish) == ["business_busy"]


def test_constraint_has_the_last_word_about_the_consultant(by, program):
    meeting = Meeting(SessionKind.CONSULTATION, "상담", consultant=factories.user())
    made = plan(by, program, meeting=meeting)
    unseen = Session(program=program, starts=made.starts, ends=made.ends, **vars(meeting))
    assert refused(sessions._save, unseen) == ["somebody_busy"]


def test_plan_many_takes_what_is_free_and_names_the_others(by, program, room):
    a_participant(program)
    plan(by, factories.program(), kst(3, 10, month=12), room=room)
    spans = [
        Interval(kst(day, 10, month=month), kst(day, 12, month=month))
        for day, month in ((26, 11), (3, 12), (10, 12))
    ]
    planned = sessions.plan_many(by=by, program=program, meeting=CLASS, spans=spans, room=room)
    assert [session.starts for session in planned.sessions] == [spans[0].start, spans[2].start]
    [(span, found)] = planned.refused
    assert (span, found[0].code) == (spans[1], "slot_taken")
    [message] = told("session_planned")
    assert message.context["more"] == 1


def test_plan_many_when_too_many_or_none_then_refused(by, program):
    wish = {"by": by, "program": program, "meeting": CLASS}
    assert refused(sessions.plan_many, spans=[], **wish) == ["no_dates"]
    spans = [Interval(kst(27, 10), kst(27, 11))] * (sessions.MOST_AT_ONCE + 1)
    assert refused(sessions.plan_many, spans=spans, **wish) == ["too_many_dates"]


def move(by, session, start, room=None, **given):
    return sessions.move(
        by=by, session=session, starts=start, ends=start + 2 * HOUR, room=room, **given
    )


def test_move_to_another_time_then_the_booking_moves_along(by, program, room):
    made = plan(by, program, room=room)
    booking = made.booking
    moved = move(by, made, kst(27, 14), rooms.room_of(made))
    assert moved.booking == booking
    booking.refresh_from_db()
    assert (booking.starts, booking.ends) == (kst(27, 14), kst(27, 16))


def test_move_when_the_new_time_is_taken_then_all_stays(by, program, room):
    made = plan(by, program, room=room)
    plan(by, factories.program(), kst(27, 14), room=room)
    assert refused(move, by, made, kst(27, 15), room) == ["slot_taken"]
    made.refresh_from_db()
    assert (made.starts, made.booking.starts, made.sequence) == (kst(27, 10), kst(27, 10), 0)
    assert made.booking.allocations.count() == 1


def test_move_to_another_room_that_is_taken_then_the_old_one_stays(by, program, room):
    made, other = plan(by, program, room=room), Room(factories.resource(Category.CONFERENCE))
    plan(by, factories.program(), room=other)
    assert refused(move, by, made, kst(27, 10), other) == ["slot_taken"]
    made.booking.refresh_from_db()
    assert made.booking.state == "confirmed"


def test_move_to_another_room_with_the_same_equipment_then_old_one_is_free(by, program, room):
    other = factories.resource(Category.STUDIO)
    camera = factories.resource(Category.EQUIPMENT, used_in=[room.resource, other])
    made = plan(by, program, room=Room(room.resource, [camera]))
    old = made.booking
    moved = move(by, made, kst(27, 10), Room(other, [camera]))
    old.refresh_from_db()
    assert old.state == "cancelled"
    assert {a.unit.resource for a in moved.booking.allocations.all()} == {other, camera}


def test_move_without_a_room_then_it_is_given_back(by, program, room):
    made = plan(by, program, room=room)
    assert move(by, made, kst(27, 10)).booking is None
    assert Booking.objects.get().state == "cancelled"


def test_move_when_called_off_or_held_then_refused(by, program):
    made = plan(by, program)
    sessions.call_off(by=by, session=made, reason="강사 사정")
    assert refused(move, by, made, kst(27, 14)) == ["session_not_planned"]


def test_move_onto_a_busy_consultant_then_refused(by, program):
    meeting = Meeting(SessionKind.CONSULTATION, "상담", consultant=factories.user())
    plan(by, program, kst(27, 14), meeting=meeting)
    made = plan(by, program, meeting=meeting)
    assert refused(move, by, made, kst(27, 15)) == ["consultant_busy"]
    assert move(by, made, kst(27, 11)).starts == kst(27, 11)  # over its own old time


def test_call_off_frees_the_room_and_tells_everybody_once(by, program, room):
    taking = a_participant(program)
    factories.application(program, state=ApplicationState.RESERVE)
    made = plan(by, program, room=room)
    for _twice in range(2):
        made = sessions.call_off(by=by, session=made, reason="강사 사정")
    assert (made.state, made.reason) == (SessionState.CANCELLED, "강사 사정")
    assert plan(by, factories.program(), room=room).pk
    [message] = told("session_called_off")
    assert message.recipient in {m.user for m in taking.merchant.memberships.all()}
    assert (message.context["reason"], message.link) == ("강사 사정", taking.get_absolute_url())


def test_program_when_called_off_then_its_sessions_too_and_their_rooms_are_free(
    by, program, room, at_now
):
    taking = a_participant(program)
    past, coming = factories.session(program, kst(16, 10)), plan(by, program, room=room)
    calls.call_off(program=program, reason="강사 사정", by=by)
    past.refresh_from_db()
    coming.refresh_from_db()
    assert (past.state, coming.state) == (SessionState.HELD, SessionState.CANCELLED)
    assert plan(by, factories.program(), room=room).pk
    assert not told("session_called_off")  # the program's own message says it
    assert taking.pk


def test_call_off_without_a_reason_then_refused(by, program):
    assert refused(sessions.call_off, by=by, session=plan(by, program), reason=" ") == [
        "reason_needed"
    ]


def test_call_off_when_its_use_has_begun_then_the_booking_stays(by, program, room, at_now):
    made = plan(by, program, room=room)
    at_now.move_to(kst(27, 10, 30))
    sessions.call_off(by=by, session=made, reason="정전")
    assert Booking.objects.get().state == "confirmed"


def test_moved_is_told_with_the_old_time_and_once_for_each_move(by, program):
    a_participant(program)
    made = plan(by, program)
    move(by, made, kst(27, 14))
    move(by, made, kst(27, 14))  # nothing new
    move(by, made, kst(27, 10))
    first, second = told("session_moved")
    assert dt.datetime.fromisoformat(first.context["old_starts"]) == kst(27, 10)
    assert dt.datetime.fromisoformat(second.context["starts"]) == kst(27, 10)


def test_session_of_one_application_is_told_to_it_alone(by):
    program = factories.program("live_commerce")
    mine, _other = a_participant(program), a_participant(program)
    plan(by, program, meeting=Meeting(SessionKind.BROADCAST, "방송"), application=mine)
    [message] = told("session_planned")
    assert message.link == mine.get_absolute_url()


def test_plan_in_the_past_is_written_down_and_nobody_told(by, program):
    a_participant(program)
    assert plan(by, program, kst(16, 10)).pk
    assert not told("session_planned")


@pytest.mark.parametrize(("minutes", "held"), [(-1, 0), (0, 1)])
def test_hold_ended_from_the_end_on(by, program, minutes, held):
    made = plan(by, program)
    now = made.ends + dt.timedelta(minutes=minutes)
    assert sessions.hold_ended(now=now) == held
    assert sessions.hold_ended(now=now) == 0


def test_change_details_then_time_and_room_stay(by, program, room):
    made = plan(by, program, room=room)
    other = Meeting(SessionKind.CLASS, "1회차: 영상", instructor="이강사")
    changed = sessions.change_details(session=made, meeting=other)
    assert (changed.title, changed.instructor) == ("1회차: 영상", "이강사")
    assert (changed.starts, changed.booking) == (made.starts, made.booking)
