"""Two operators announce the same results at the same moment; an evaluator locks meanwhile."""

from __future__ import annotations

import functools
import threading
from typing import Any

import pytest
from django.db import DatabaseError

from center.errors import RuleViolation
from center.models import User
from center.notifications.models import Message
from programs import basis, locking
from programs.models import Announcement, Mark, Program, Sheet, SheetState
from programs.services import announce, score
from tests import factories
from tests.races.clients import at_once, outcome

ROUNDS = 10


@pytest.fixture
def colleagues() -> list[User]:
    return [factories.staff(), factories.staff()]


def scored_program() -> Program:
    program = factories.scored_program(60, 40, quota=2)
    for points in ((90, 80), (70, 60), (50, 40)):
        row = factories.assignment(factories.application(program), factories.evaluator())
        factories.sheet(row, *points)
    return program


def race_to_announce(program: Program, colleagues: list[User]) -> list[Any]:
    seen = basis.digest(basis.of_program(program))
    call = functools.partial(outcome, announce.announce, program=program, seen=seen)
    return at_once(*(functools.partial(call, by=person) for person in colleagues))


def test_announce_when_two_at_once_then_one_does_and_all_are_told_once(colleagues, figures):
    for _ in range(ROUNDS):
        program = scored_program()
        said = race_to_announce(program, colleagues)
        (done,) = [one for one in said if isinstance(one, Announcement)]
        (other,) = [one for one in said if isinstance(one, RuleViolation)]
        assert other.codes == ("already_announced",)
        assert done.results.count() == 3
        receipts = list(program.applications.values_list("receipt", flat=True))
        told = Message.objects.filter(context__receipt__in=receipts, channel="inbox")
        assert told.count() == 3
    figures.note(rounds_announced=ROUNDS)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the control: both have read the program before either writes."""
    both_have_read = threading.Barrier(2)

    def read_program(pk: int) -> Program:
        program = Program.objects.get(pk=pk)
        both_have_read.wait(10)
        return program

    monkeypatch.setattr(locking, "lock_program", read_program)


def test_announce_when_nothing_guards_then_only_the_database_stops_the_second(colleagues, unlocked):
    said = race_to_announce(scored_program(), colleagues)
    assert not any(isinstance(one, RuleViolation) for one in said)
    assert sum(isinstance(one, Announcement) for one in said) == 1
    assert sum(isinstance(one, DatabaseError) for one in said) == 1


def test_lock_when_the_points_change_at_once_then_what_is_locked_is_whole(figures):
    """One browser window locks the sheet, another saves other points into it."""
    late = 0
    for _ in range(ROUNDS):
        program = factories.scored_program(60, 40)
        row = factories.assignment(factories.application(program), factories.evaluator())
        pks = list(program.criteria.values_list("pk", flat=True))
        call = {"assignment": row, "comment": "", "by": row.evaluator}
        locked, saved = at_once(
            functools.partial(outcome, score.lock, points=dict.fromkeys(pks, 80), **call),
            functools.partial(outcome, score.save, points=dict.fromkeys(pks, 10), **call),
        )
        assert isinstance(locked, Sheet)
        if isinstance(saved, RuleViolation):
            assert saved.codes == ("sheet_locked",)
            late += 1
        sheet = Sheet.objects.get(assignment=row)
        assert sheet.state == SheetState.LOCKED
        assert set(Mark.objects.filter(sheet=sheet).values_list("points", flat=True)) == {80}
    figures.note(saved_too_late=late)
