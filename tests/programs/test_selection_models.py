"""What the database itself keeps true of sheets, results and draws."""

import hashlib

import pytest
from django.db import IntegrityError, InternalError, transaction

from center import clock
from programs.models import (
    Announcement,
    ApplicationState,
    Assignment,
    Criterion,
    Draw,
    Mark,
    Program,
    ProgramState,
    Result,
    Sheet,
    SheetState,
)
from tests import factories

pytestmark = pytest.mark.django_db


def refused(write):
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        write()


@pytest.fixture
def program(at_now):
    return factories.scored_program(60, 40)


@pytest.fixture
def assignment(program):
    return factories.assignment(factories.application(program), factories.evaluator())


def test_sheet_when_locked_then_nothing_of_it_changes(assignment):
    sheet = factories.sheet(assignment, 80, 70)
    mark, criterion = sheet.marks.first(), Criterion.objects.last()
    refused(lambda: Sheet.objects.filter(pk=sheet.pk).update(comment="x"))
    refused(lambda: Sheet.objects.filter(pk=sheet.pk).update(state="draft", locked_at=None))
    refused(sheet.delete)
    refused(lambda: Mark.objects.filter(pk=mark.pk).update(points=90))
    refused(mark.delete)
    refused(lambda: Mark.objects.filter(pk=mark.pk).update(criterion=criterion))
    refused(
        lambda: Assignment.objects.filter(pk=assignment.pk).update(
            release_reason="x", released_at=clock.now()
        )
    )
    assert [m.points for m in sheet.marks.all()] == [80, 70]


def test_sheet_when_a_criterion_has_no_points_then_not_locked(assignment):
    sheet = factories.sheet(assignment, 80, locked=False)
    locked = {"state": SheetState.LOCKED, "locked_at": clock.now()}
    refused(lambda: Sheet.objects.filter(pk=sheet.pk).update(**locked))
    Mark.objects.create(sheet=sheet, criterion=Criterion.objects.last(), points=0)
    assert Sheet.objects.filter(pk=sheet.pk).update(**locked) == 1


@pytest.mark.parametrize("points", [-1, 101])
def test_points_when_out_of_range_then_refused(assignment, points):
    refused(lambda: factories.sheet(assignment, points, 50, locked=False))


def test_mark_when_of_another_programs_criterion_then_refused(assignment):
    sheet = factories.sheet(assignment, locked=False)
    other = factories.scored_program(100).criteria.get()
    refused(lambda: Mark.objects.create(sheet=sheet, criterion=other, points=1))


@pytest.mark.parametrize(
    "fields",
    [
        {"has_conflict": None, "declared_at": None},
        {"release_reason": "x", "released": True},
        {"has_conflict": True, "conflict_reason": "x", "released": True},
    ],
)
def test_sheet_when_not_declared_or_released_then_refused(program, fields):
    fields = dict(fields)
    if fields.pop("released", False):
        fields["released_at"] = clock.now()
    row = factories.assignment(factories.application(program), factories.evaluator(), **fields)
    refused(lambda: Sheet.objects.create(assignment=row))


def test_assignment_when_a_conflict_was_declared_then_never_again(program):
    application, person = factories.application(program), factories.evaluator()
    row = factories.assignment(application, person, has_conflict=None, declared_at=None)
    now = clock.now()
    said = {"has_conflict": True, "declared_at": now}
    refused(lambda: Assignment.objects.filter(pk=row.pk).update(**said, released_at=now))
    refused(lambda: Assignment.objects.filter(pk=row.pk).update(**said, conflict_reason="친척"))
    Assignment.objects.filter(pk=row.pk).update(**said, conflict_reason="친척", released_at=now)
    refused(lambda: factories.assignment(application, person))
    refused(lambda: Assignment.objects.filter(pk=row.pk).update(released_at=None))


def test_assignment_when_released_then_may_be_assigned_again(program):
    application, person = factories.application(program), factories.evaluator()
    factories.assignment(application, person, released_at=clock.now(), release_reason="출장")
    assert factories.assignment(application, person).pk
    refused(lambda: factories.assignment(application, person))


def test_assignment_when_the_results_are_out_or_not_by_scores_then_refused(at_now):
    out = factories.scored_program(state=ProgramState.ANNOUNCED, announced_at=clock.now())
    for program in (out, factories.program("education")):
        application, person = factories.application(program), factories.evaluator()
        refused(lambda a=application, p=person: factories.assignment(a, p))


def test_criteria_when_somebody_began_to_score_then_stay(program, assignment):
    first = program.criteria.first()
    Criterion.objects.filter(pk=first.pk).update(weight=50)
    factories.sheet(assignment, locked=False)
    refused(lambda: Criterion.objects.filter(pk=first.pk).update(weight=60))
    refused(lambda: Criterion.objects.create(program=program, position=9, name="x", weight=1))
    refused(first.delete)


def test_announcement_when_made_then_once_and_for_good(program):
    values = {"program": program, "by": factories.staff(), "basis": {}, "sha256": "0" * 64}
    made = Announcement.objects.create(**values)
    refused(lambda: Announcement.objects.create(**values))
    refused(lambda: Announcement.objects.update(sha256="1" * 64))
    refused(made.delete)


def test_result_when_written_then_only_its_telling_is_filled_in(program):
    values = {"program": program, "by": factories.staff(), "basis": {}, "sha256": "0" * 64}
    result = Result.objects.create(
        announcement=Announcement.objects.create(**values),
        application=factories.application(program),
        verdict="selected",
        ground="place",
        number=1,
        rank=1,
    )
    for change in ({"verdict": "reserve"}, {"rank": 2}, {"score": 1}, {"number": 2}):
        refused(lambda c=change: Result.objects.update(**c))
    refused(result.delete)
    assert Result.objects.update(told_at=clock.now()) == 1


SEED = "ab" * 32


def a_draw(program, **fields):
    commitment = hashlib.sha256(SEED.encode()).hexdigest()
    return Draw.objects.create(program=program, commitment=commitment, sealed_seed="x", **fields)


def digest(*receipts):
    return hashlib.sha256("\n".join(receipts).encode()).hexdigest()


def test_draw_when_the_call_is_closed_then_no_seed_is_committed(at_now):
    program = factories.lottery_program()
    at_now.move_to(program.closes_at)
    refused(lambda: a_draw(program))


def test_draw_when_steps_are_out_of_order_or_changed_then_refused(at_now):
    program = factories.lottery_program()
    draw = Draw.objects.filter(pk=a_draw(program).pk)
    listed = {"receipts": ["PA", "PB"], "list_sha256": digest("PA", "PB")}
    refused(lambda: draw.update(**listed, listed_at=clock.now()))  # still open
    refused(lambda: draw.update(seed=SEED, drawn_at=clock.now()))  # no list
    at_now.move_to(program.closes_at)
    refused(lambda: draw.update(receipts=["PA"], list_sha256=digest("PB"), listed_at=clock.now()))
    assert draw.update(**listed, listed_at=clock.now()) == 1
    refused(lambda: draw.update(receipts=["PA"], list_sha256=digest("PA")))
    refused(lambda: draw.update(commitment="0" * 64))
    refused(lambda: draw.update(seed="cd" * 32, drawn_at=clock.now()))
    assert draw.update(seed=SEED, drawn_at=clock.now()) == 1
    refused(lambda: draw.update(seed=SEED, drawn_at=clock.now()))
    refused(draw.get().delete)


def test_draw_when_it_promised_a_public_number_then_not_without(at_now):
    program = factories.lottery_program()
    draw = Draw.objects.filter(pk=a_draw(program, beacon_source="로또 1201회").pk)
    at_now.move_to(program.closes_at)
    draw.update(receipts=["PA"], list_sha256=digest("PA"), listed_at=clock.now())
    refused(lambda: draw.update(seed=SEED, drawn_at=clock.now()))
    assert draw.update(seed=SEED, drawn_at=clock.now(), beacon="3 9 11") == 1


def test_states_when_named_in_results_then_those_of_applications():
    from programs.models import Verdict

    assert set(Verdict.values) <= set(ApplicationState.values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("selection", "lottery"),
        ("threshold", 10),
        ("drops_extremes", True),
        ("tie_rules", ["earlier"]),
        ("evaluators_each", 5),
        ("repeat_percent", 20),
    ],
)
def test_database_when_a_rule_moves_after_the_first_sheet_then_refused(program, name, value):
    rows = Program.objects.filter(pk=program.pk)
    before = rows.values_list(name, flat=True).get()
    rows.update(**{name: value})
    rows.update(**{name: before})
    one = factories.assignment(factories.application(program), factories.evaluator())
    factories.sheet(one, 80, locked=False)
    rows.update(title="고친 제목", quota=9)  # no rule
    with pytest.raises(IntegrityError, match="are in use"), transaction.atomic():
        rows.update(**{name: value})
    assert rows.values_list(name, flat=True).get() == before


def test_database_when_a_rule_of_a_draw_moves_after_the_results_then_refused(at_now):
    program = factories.lottery_program(state=ProgramState.ANNOUNCED, announced_at=clock.now())
    rows = Program.objects.filter(pk=program.pk)
    rows.update(repeat_percent=20)
    said = {"basis": {}, "sha256": "0" * 64, "by": factories.staff()}
    Announcement.objects.create(program=program, **said)
    with pytest.raises(IntegrityError, match="are in use"), transaction.atomic():
        rows.update(repeat_percent=30)
