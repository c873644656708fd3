"""Who scores what: spread, by hand, released, reminded."""

import datetime as dt

import pytest

from center.errors import RuleViolation
from center.notifications.models import Message
from programs.models import ApplicationState, Assignment, ProgramState
from programs.services import assign
from tests import factories

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def program(at_now):
    return factories.scored_program(60, 40, evaluators_each=2)


@pytest.fixture
def by():
    return factories.staff()


def codes(call):
    with pytest.raises(RuleViolation) as refused:
        call()
    return refused.value.codes


def told(person, kind):
    return Message.objects.filter(recipient=person, kind=kind, channel="inbox")


def test_spread_when_asked_then_even_and_each_told_once(program, by):
    applications = [factories.application(program) for _ in range(6)]
    people = [factories.evaluator() for _ in range(3)]
    made = assign.assign_evenly(program=program, among=people, by=by)
    assert len(made) == 12
    for person in people:
        assert person.assignments.count() == 4
        (message,) = told(person, "programs.evaluator_assigned")
        assert message.context["n"] == 4
        assert message.link.endswith(f"/evaluations/{program.slug}/")
    assert all(a.assignments.count() == 2 for a in applications)
    assert assign.assign_evenly(program=program, among=people, by=by) == []


def test_spread_when_own_business_or_conflict_then_somebody_else(program, by):
    own, other, free = factories.evaluator(), factories.evaluator(), factories.evaluator()
    application = factories.application(program, factories.merchant(owner=own))
    conflict = {"has_conflict": True, "conflict_reason": "친척", "released_at": program.closes_at}
    factories.assignment(application, other, **conflict)
    made = assign.assign_evenly(program=program, among=[own, other, free], by=by)
    assert [row.evaluator for row in made] == [free]
    assert codes(lambda: assign.assign(application=application, evaluator=own, by=by)) == (
        "own_application",
    )
    assert codes(lambda: assign.assign(application=application, evaluator=other, by=by)) == (
        "had_a_conflict",
    )


def test_spread_when_withdrawn_or_ineligible_then_left_out(program, by):
    factories.application(program, state=ApplicationState.WITHDRAWN)
    factories.application(program, state=ApplicationState.INELIGIBLE, reason="x")
    assert assign.assign_evenly(program=program, among=[factories.evaluator()], by=by) == []


@pytest.mark.parametrize(
    ("off", "refusal"), [(-SECOND, "still_open"), (0 * SECOND, None), (SECOND, None)]
)
def test_spread_when_before_at_and_after_the_close(at_now, program, by, off, refusal):
    factories.application(program)
    at_now.move_to(program.closes_at + off)
    call = lambda: assign.assign_evenly(program=program, among=[factories.evaluator()], by=by)  # noqa: E731
    if refusal:
        assert codes(call) == (refusal,)
    else:
        assert len(call()) == 1


def test_assign_when_it_cannot_be_then_refused_and_nothing_written(program, by):
    application, person = factories.application(program), factories.evaluator()

    def give(**f):
        return assign.assign(**{"application": application, "evaluator": person, "by": by, **f})

    assert codes(lambda: give(evaluator=factories.staff())) == ("not_an_evaluator",)
    give()
    assert codes(give) == ("already_assigned",)
    education = factories.application(factories.program("education"))
    assert codes(lambda: give(application=education)) == ("not_scored",)
    cancelled = factories.scored_program(100, state=ProgramState.CANCELLED)
    assert codes(lambda: give(application=factories.application(cancelled))) == ("not_running",)
    bare = factories.scored_program(100)
    bare.criteria.all().delete()
    assert codes(lambda: give(application=factories.application(bare))) == ("no_criteria",)
    gone = factories.application(program, state=ApplicationState.WITHDRAWN)
    assert codes(lambda: give(application=gone)) == ("not_waiting",)
    assert Assignment.objects.count() == 1


def test_release_when_not_locked_then_with_a_reason(program, by):
    row = factories.assignment(factories.application(program), factories.evaluator())
    assert codes(lambda: assign.release(assignment=row, reason=" ", by=by)) == ("reason_needed",)
    done = assign.release(assignment=row, reason="출장", by=by)
    assert (done.released_by, done.release_reason) == (by, "출장")
    assert codes(lambda: assign.release(assignment=row, reason="x", by=by)) == ("no_longer_yours",)


def test_release_when_locked_then_refused(program, by):
    row = factories.assignment(factories.application(program), factories.evaluator())
    factories.sheet(row, 1, 2)
    assert codes(lambda: assign.release(assignment=row, reason="x", by=by)) == ("sheet_locked",)


def test_remind_when_asked_twice_then_told_once_a_day(at_now, program):
    busy, done = factories.evaluator(), factories.evaluator()
    application = factories.application(program)
    factories.assignment(application, busy)
    factories.sheet(factories.assignment(application, done), 1, 2)
    assert assign.remind(program=program) == assign.remind(program=program) == 1
    assert told(busy, "programs.evaluator_reminder").count() == 1
    assert not told(done, "programs.evaluator_reminder").exists()
    at_now.shift(dt.timedelta(days=1))
    assign.remind(program=program)
    assert told(busy, "programs.evaluator_reminder").count() == 2
