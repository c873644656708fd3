"""Two programs want one consultant, or one room, at the same moment."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from bookings.models import Category
from center import clock
from center.errors import RuleViolation
from center.models import User
from programs.models import Program, Session, SessionKind, SessionState
from programs.services import sessions
from programs.services.sessions import Meeting, Room
from tests import factories
from tests.races import ledger
from tests.races.clients import at_once, outcome

ROUNDS = 20


@pytest.fixture
def colleagues() -> list[User]:
    return [factories.staff(), factories.staff()]


def race_to_plan(colleagues: list[User], meeting: Meeting, room: Room | None = None) -> list[Any]:
    """Each for a program of his own, at the same time of the same day."""
    span = ledger.slot()
    return at_once(
        *(
            functools.partial(
                outcome,
                sessions.plan,
                by=by,
                program=program,
                meeting=meeting,
                starts=span.start,
                ends=span.end,
                room=room,
            )
            for by, program in zip(colleagues, _programs(), strict=True)
        )
    )


def _programs() -> list[Program]:
    return [factories.program("consulting"), factories.program("education")]


def consultation() -> Meeting:
    return Meeting(SessionKind.CONSULTATION, "상담", consultant=factories.user())


@pytest.fixture
def both_look_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """For controls: both have seen the consultant free before either writes."""
    both_have_looked, look = threading.Barrier(2), sessions.refuse_unless_possible

    def looked(session: Session) -> None:
        look(session)
        both_have_looked.wait(10)

    monkeypatch.setattr(sessions, "refuse_unless_possible", looked)


@contextlib.contextmanager
def without_constraint() -> Iterator[None]:
    """For controls: nothing in the database forbids a consultant to be in two places."""
    name = "session_consultant_not_twice"
    (constraint,) = (c for c in Session._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, constraint)
    try:
        yield
    finally:
        Session.objects.standing().update(
            state=SessionState.CANCELLED, reason="x", cancelled_at=clock.now()
        )
        with connection.schema_editor() as editor:
            editor.add_constraint(Session, constraint)


def one_planned(outcomes: list[Any]) -> set[str]:
    """One has the session; what the other hears."""
    assert sorted(type(said).__name__ for said in outcomes) == ["RuleViolation", "Session"]
    (refusal,) = [said for said in outcomes if isinstance(said, RuleViolation)]
    return set(refusal.codes)


def test_plan_when_one_consultant_is_wanted_twice_then_one_and_the_other_hears_of_it(colleagues):
    for _ in range(ROUNDS):
        heard = one_planned(race_to_plan(colleagues, consultation()))
        assert heard <= {"consultant_busy", "somebody_busy"}


def test_plan_when_only_the_constraint_guards_then_one_and_the_other_hears_of_it(
    colleagues, both_look_first
):
    # The other meets the constraint, or waits for the consultant's row (of which times off are
    # asked), is tried again and sees what was planned meanwhile.
    heard = one_planned(race_to_plan(colleagues, consultation()))
    assert heard <= {"consultant_busy", "somebody_busy"}


def test_plan_when_nothing_guards_then_the_consultant_is_in_two_places(colleagues, both_look_first):
    with without_constraint():
        meeting = consultation()
        race_to_plan(colleagues, meeting)
        assert Session.objects.standing().filter(consultant=meeting.consultant).count() == 2


def test_plan_when_one_room_is_wanted_twice_then_one_and_the_other_hears_of_it(colleagues):
    for _ in range(ROUNDS):
        room = Room(factories.resource(Category.CONFERENCE))
        outcomes = race_to_plan(colleagues, Meeting(SessionKind.CLASS, "수업"), room)
        assert one_planned(outcomes) == {"slot_taken"}
        assert ledger.allocated(room.resource, ledger.slot()) == 1
    assert ledger.double_bookings() == 0
