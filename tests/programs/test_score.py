"""What an evaluator may do, and when."""

import datetime as dt

import pytest

from center import clock
from center.errors import RuleViolation
from programs.models import ApplicationState, Assignment, Mark, ProgramState, SheetState
from programs.services import score
from programs.services.score import Declared
from tests import factories

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def program(at_now):
    return factories.scored_program(60, 40)


@pytest.fixture
def person():
    return factories.evaluator()


@pytest.fixture
def row(program, person):
    return factories.assignment(factories.application(program), person)


def codes(call):
    with pytest.raises(RuleViolation) as refused:
        call()
    return refused.value.codes


def points(row, *given):
    criteria = row.application.program.criteria.all()
    return {criterion.pk: n for criterion, n in zip(criteria, given, strict=True)}


def save(row, *given, by=None, comment=""):
    by = by or row.evaluator
    return score.save(assignment=row, points=points(row, *given), comment=comment, by=by)


def lock(row, *given, by=None):
    by = by or row.evaluator
    return score.lock(assignment=row, points=points(row, *given), comment="", by=by)


def undeclared(program, person):
    application = factories.application(program)
    return factories.assignment(application, person, has_conflict=None, declared_at=None)


def test_declare_when_free_and_when_not_then_kept_and_released(program, person):
    free, bound = undeclared(program, person), undeclared(program, person)
    said = [Declared(free, False), Declared(bound, True, "거래처")]
    score.declare(declared=said, by=person)
    free.refresh_from_db()
    bound.refresh_from_db()
    assert (free.has_conflict, free.released_at) == (False, None)
    assert (bound.has_conflict, bound.conflict_reason) == (True, "거래처")
    assert bound.released_at == bound.declared_at == clock.now()
    assert codes(lambda: score.declare(declared=said[:1], by=person)) == ("already_declared",)
    assert codes(lambda: save(bound, 1, 1)) == ("no_longer_yours",)


def test_declare_when_one_cannot_be_kept_then_none_is(program, person):
    free, bound = undeclared(program, person), undeclared(program, person)
    said = [Declared(free, False), Declared(bound, True, " ")]
    assert codes(lambda: score.declare(declared=said, by=person)) == ("reason_needed",)
    assert Assignment.objects.undeclared().count() == 2


def test_save_when_not_declared_then_refused(program, person):
    assert codes(lambda: save(undeclared(program, person), 1, 1)) == ("not_declared",)


def test_save_when_filled_in_bit_by_bit_then_kept_and_only_changes_written(row):
    save(row, 80, None)
    sheet = save(row, 80, 70, comment="좋습니다")
    save(row, None, 71)
    assert [mark.points for mark in sheet.marks.all()] == [71]
    sheet.refresh_from_db()
    assert (sheet.state, sheet.comment) == (SheetState.DRAFT, "")
    history = Mark.pgh_event_model.objects.order_by("pgh_id")
    written = list(history.values_list("points", "pgh_label"))
    assert written == [(80, "insert"), (70, "insert"), (71, "update")]


def test_lock_when_complete_then_for_good(row):
    sheet = lock(row, 0, 100)
    assert (sheet.state, sheet.locked_at) == (SheetState.LOCKED, clock.now())
    assert codes(lambda: save(row, 1, 1)) == ("sheet_locked",)
    assert codes(lambda: lock(row, 1, 1)) == ("sheet_locked",)


def test_lock_when_points_are_missing_then_each_named_and_nothing_kept(row):
    with pytest.raises(RuleViolation) as refused:
        lock(row, None, None)
    assert refused.value.codes == ("points_missing", "points_missing")
    assert [v.field for v in refused.value.violations] == ["points_1", "points_2"]
    assert not Mark.objects.exists()


@pytest.mark.parametrize(("given", "fine"), [(-1, False), (0, True), (100, True), (101, False)])
def test_points_when_at_the_edges(row, given, fine):
    if fine:
        assert save(row, given, 50).marks.count() == 2
    else:
        assert codes(lambda: save(row, given, 50)) == ("points_out_of_range",)


def test_lock_all_when_some_are_complete_then_those(program, person, row):
    other = factories.assignment(factories.application(program), person)
    save(row, 80, 70)
    save(other, 80, None)
    assert score.lock_all(program=program, by=person) == 1
    row.sheet.refresh_from_db()
    assert row.sheet.state == SheetState.LOCKED
    assert codes(lambda: score.lock_all(program=program, by=person)) == ("nothing_to_lock",)


def test_sheet_when_another_evaluator_tries_then_not_theirs(row):
    stranger = factories.evaluator()
    assert codes(lambda: save(row, 1, 1, by=stranger)) == ("no_longer_yours",)
    assert codes(lambda: lock(row, 1, 1, by=stranger)) == ("no_longer_yours",)


@pytest.mark.parametrize(("off", "refusal"), [(-SECOND, "still_open"), (0 * SECOND, None)])
def test_sheet_when_before_and_at_the_close(at_now, program, person, off, refusal):
    row = factories.assignment(factories.application(program), person)
    at_now.move_to(program.closes_at + off)
    if refusal:
        assert codes(lambda: save(row, 1, 1)) == (refusal,)
    else:
        assert save(row, 1, 1).pk


@pytest.mark.parametrize(
    ("state", "code"),
    [(ProgramState.ANNOUNCED, "already_announced"), (ProgramState.CANCELLED, "not_running")],
)
def test_sheet_when_the_program_is_over_then_refused(program, row, state, code):
    program.state, program.announced_at = state, clock.now()
    program.save()
    assert codes(lambda: save(row, 1, 1)) == (code,)
    assert codes(lambda: score.lock_all(program=program, by=row.evaluator)) == (code,)


def test_lists_when_an_application_is_withdrawn_then_it_is_not_due(row):
    assert Assignment.objects.due().count() == 1
    row.application.state = ApplicationState.WITHDRAWN
    row.application.save()
    assert Assignment.objects.due().count() == 0
