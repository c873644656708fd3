"""Being there: by the code of the screen, or as staff note it."""

import datetime as dt

import pytest

from center.errors import RuleViolation
from programs import attend_codes, rolls
from programs.models import ApplicationState, Attendance, Mark, NotedBy, SessionState
from programs.services import attend
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)


@pytest.fixture
def program():
    return factories.program("education")


@pytest.fixture
def taking(program, merchant):
    return factories.application(program, merchant, ApplicationState.SELECTED)


@pytest.fixture
def session(program):
    """Runs now: from 10:00 to 12:00."""
    return factories.session(program, kst(23, 10))


def refused(act, **given):
    with pytest.raises(RuleViolation) as refusal:
        act(**given)
    return refusal.value.codes


def test_arrive_then_present_with_who_when_and_how(session, taking, owner):
    row = attend.arrive(session=session, by=owner, method=NotedBy.QR)
    assert (row.mark, row.minutes, row.method) == (Mark.PRESENT, None, NotedBy.QR)
    assert (row.noted_by, row.noted_at, row.application) == (owner, NOW, taking)


def test_arrive_twice_changes_nothing(session, taking, owner, at_now):
    first = attend.arrive(session=session, by=owner, method=NotedBy.QR)
    at_now.shift(MINUTE)
    assert attend.arrive(session=session, by=owner, method=NotedBy.PIN) == first
    assert Attendance.objects.get().method == NotedBy.QR


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (kst(23, 9, 30) - SECOND, "too_early"),
        (kst(23, 9, 30), None),
        (kst(23, 12) - SECOND, None),
        (kst(23, 12), "too_late"),
    ],
)
def test_arrive_within_the_window_of_the_session(session, taking, owner, at_now, moment, code):
    at_now.move_to(moment)
    wish = {"session": session, "by": owner, "method": NotedBy.PIN}
    if code is None:
        assert attend.arrive(**wish).pk
    else:
        assert refused(attend.arrive, **wish) == (code,)


@pytest.mark.parametrize("state", [ApplicationState.RESERVE, ApplicationState.WITHDRAWN])
def test_arrive_when_without_a_place_then_refused(session, program, merchant, owner, state):
    factories.application(program, merchant, state)
    wish = {"session": session, "by": owner, "method": NotedBy.QR}
    assert refused(attend.arrive, **wish) == ("not_a_participant",)


def test_arrive_when_of_another_program_then_refused(session, merchant, owner):
    factories.application(factories.program(), merchant, ApplicationState.SELECTED)
    wish = {"session": session, "by": owner, "method": NotedBy.QR}
    assert refused(attend.arrive, **wish) == ("not_a_participant",)


def test_arrive_when_the_session_is_of_another_business_then_refused(program, taking, owner):
    other = factories.application(program, state=ApplicationState.SELECTED)
    session = factories.session(program, kst(23, 10), application=other, merchant=other.merchant)
    wish = {"session": session, "by": owner, "method": NotedBy.QR}
    assert refused(attend.arrive, **wish) == ("not_a_participant",)


def test_arrive_when_called_off_then_refused(program, taking, owner):
    gone = {"state": SessionState.CANCELLED, "reason": "정전", "cancelled_at": NOW}
    session = factories.session(program, kst(23, 10), **gone)
    wish = {"session": session, "by": owner, "method": NotedBy.QR}
    assert refused(attend.arrive, **wish) == ("called_off",)


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (39, True), (40, False), (41, False)])
def test_token_when_its_time_is_over_then_refused(session, seconds, fresh):
    made_at = dt.datetime.fromtimestamp(20 * 90_000_000, dt.UTC)  # as the code changed
    token = attend_codes.token(session, made_at)
    later = made_at + seconds * SECOND
    assert attend_codes.is_fresh(session, token, later) is fresh


def test_token_of_another_session_or_from_the_future_is_refused(session, program):
    other = factories.session(program)
    assert not attend_codes.is_fresh(other, attend_codes.token(session, NOW), NOW)
    tomorrow = attend_codes.token(session, NOW + dt.timedelta(days=1))
    assert not attend_codes.is_fresh(session, tomorrow, NOW)
    assert not attend_codes.is_fresh(session, "", NOW)


@pytest.mark.parametrize(("seconds", "counts"), [(0, True), (599, True), (600, False)])
def test_pin_counts_until_the_one_after_it_is_over(session, seconds, counts):
    made_at = dt.datetime.fromtimestamp(300 * 6_000_000, dt.UTC)
    pin = attend_codes.pin(session, made_at)
    assert len(pin) == 6
    assert pin.isdigit()
    assert attend_codes.is_pin(session, pin, made_at + seconds * SECOND) is counts


def note(by, session, application, mark=Mark.PRESENT, **given):
    return attend.note(session=session, application=application, mark=mark, by=by, **given)


@pytest.fixture
def by():
    return factories.staff()


def test_note_then_corrected_only_for_a_reason_and_all_of_it_in_the_history(by, session, taking):
    note(by, session, taking)
    wish = {"by": by, "session": session, "application": taking, "mark": Mark.ABSENT}
    assert refused(note, **wish) == ("reason_needed",)
    row = note(**wish, reason="다른 사람이었습니다")
    assert (row.mark, row.reason, row.noted_by) == (Mark.ABSENT, "다른 사람이었습니다", by)
    marks = list(row.events.order_by("pgh_id").values_list("mark", flat=True))
    assert marks == ["present", "absent"]


def test_note_the_very_same_again_changes_nothing(by, session, taking):
    row = note(by, session, taking, minutes=120)  # all of it
    assert row.minutes is None
    assert note(by, session, taking) == row
    assert row.events.count() == 1


@pytest.mark.parametrize(
    ("minutes", "code"), [(0, "minutes_wrong"), (1, None), (121, "minutes_wrong")]
)
def test_note_when_fewer_minutes_then_within_the_session(by, session, taking, minutes, code):
    wish = {"by": by, "session": session, "application": taking, "minutes": minutes}
    if code:
        assert refused(note, **wish) == (code,)
    else:
        assert note(**wish).minutes == minutes


def test_note_before_the_session_then_only_an_excuse(by, program, taking):
    session = factories.session(program)
    assert refused(note, by=by, session=session, application=taking) == ("not_begun",)
    assert note(by, session, taking, Mark.EXCUSED).pk


def test_note_of_ones_own_business_then_refused(by, session, program):
    own = factories.application(program, factories.merchant(owner=by), ApplicationState.SELECTED)
    assert refused(note, by=by, session=session, application=own) == ("own_business",)


def test_note_all_then_who_was_noted_stays_and_ones_own_too(by, session, program, taking):
    other = factories.application(program, state=ApplicationState.SELECTED)
    own = factories.application(program, factories.merchant(owner=by), ApplicationState.SELECTED)
    note(by, session, taking, Mark.EXCUSED)
    assert attend.note_all(session=session, by=by) == 1
    marks = {line.application: line.noted and line.noted.mark for line in rolls.roll_of(session)}
    assert marks == {taking: "excused", other: "present", own: None}


def test_arrive_over_a_mistaken_absence_then_present(by, session, taking, owner):
    note(by, session, taking, Mark.ABSENT)
    assert attend.arrive(session=session, by=owner, method=NotedBy.PIN).mark == Mark.PRESENT
