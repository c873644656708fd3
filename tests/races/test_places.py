"""Three hundred want one of twenty places; ten more may wait."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from center import clock
from programs.models import Application, ApplicationState, Program
from tests import factories
from tests.races import clients
from tests.races.clients import TRIES, Account, Answer, Request, Visitor, open_account, race

PEOPLE, PLACES, WAITING = 300, 20, 10
#: the long form is ten: PLACES_ROUNDS=10
ROUNDS = int(os.environ.get("PLACES_ROUNDS", "2"))


@pytest.fixture(scope="module")
def applicants(race_database: str, django_db_blocker: Any) -> list[Account]:
    from tests.races.conftest import _working_in

    with _working_in(race_database, django_db_blocker):
        return [open_account() for _ in range(PEOPLE)]


def to_apply(visitor: Visitor, program: Program) -> Request:
    fields = {"contact_phone": "010-1234-5678", "do": "hand_in"}
    return Request(visitor, f"/programs/{program.slug}/apply/", fields)


def check_order(program: Program) -> None:
    """Places and numbers in line were given one after another, in the order of the commits: the
    history is written under the same lock."""
    given = Application.pgh_event_model.objects.filter(
        pgh_obj__program=program, state__in=["selected", "reserve"]
    )
    numbers = [
        place or reserve
        for place, reserve in given.order_by("pgh_id").values_list("place", "reserve_number")
    ]
    assert numbers == [*range(1, PLACES + 1), *range(1, WAITING + 1)]
    times = program.applications.handed_in().order_by("submitted_at")
    in_line = [
        place or PLACES + reserve for place, reserve in times.values_list("place", "reserve_number")
    ]
    assert in_line == list(range(1, PLACES + WAITING + 1))


def check_round(answers: list[Answer], program: Program) -> None:
    assert Counter(a.status for a in answers) == {
        302: PLACES + WAITING,
        409: PEOPLE - PLACES - WAITING,
    }
    assert {tuple(a.codes) for a in answers if a.status == 409} == {("full",)}
    states = Counter(program.applications.handed_in().values_list("state", flat=True))
    assert states == {ApplicationState.SELECTED: PLACES, ApplicationState.RESERVE: WAITING}
    pages = {row.get_absolute_url() for row in program.applications.handed_in()}
    assert {a.location for a in answers if a.status == 302} == pages
    check_order(program)


def test_apply_when_300_want_20_places_then_exactly_those_and_ten_in_line(
    busy_web, applicants, arrive, figures, monkeypatch
):
    monkeypatch.setattr(clients, "PATIENCE_SECONDS", 120)
    people = arrive(busy_web, *applicants)
    for _ in range(ROUNDS):
        program = factories.program(quota=PLACES, reserve=WAITING)
        answers = race(to_apply(person, program) for person in people)
        figures.add(answers)
        check_round(answers, program)


def test_apply_when_the_deadline_passes_under_load_then_in_time_or_refused(
    busy_web, applicants, arrive, figures
):
    """Sixty press the button around the last instant; the clock that counts is the server's,
    read once the program's lock is there."""
    people = arrive(busy_web, *applicants[:60])
    for number in range(TRIES):
        deadline = clock.now() + dt.timedelta(seconds=0.4 * (number + 1))
        program = factories.program(quota=len(people), closes_at=deadline)
        answers = race(to_apply(person, program) for person in people)
        figures.add(answers)
        in_time = [a for a in answers if a.status == 302]
        late = {(a.status, tuple(a.codes)) for a in answers if a not in in_time}
        assert late <= {(409, ("closed",))}
        handed_in = program.applications.handed_in()
        assert handed_in.count() == handed_in.filter(submitted_at__lt=deadline).count()
        assert {a.location for a in in_time} == {row.get_absolute_url() for row in handed_in}
        if in_time and late:
            return
    raise AssertionError("the deadline never fell among the applications")


def test_apply_without_locks_then_the_numbers_of_the_places_hold(unguarded_web, applicants, arrive):
    people = arrive(unguarded_web, *applicants[:12])
    program = factories.program(quota=3)
    answers = race(to_apply(person, program) for person in people)
    assert Counter(a.status for a in answers) == {302: 3, 409: 9}
    assert sorted(program.applications.placed().values_list("place", flat=True)) == [1, 2, 3]


def test_control_without_locks_and_numbers_then_too_many_get_a_place(
    unguarded_web, applicants, arrive
):
    people = arrive(unguarded_web, *applicants[:12])
    with without_place_numbers():
        for _ in range(TRIES):
            program = factories.program(quota=3)
            race(to_apply(person, program) for person in people)
            if program.applications.placed().count() > program.quota:
                break
        assert program.applications.placed().count() > program.quota


@contextlib.contextmanager
def without_place_numbers() -> Iterator[None]:
    """Nothing in the database forbids to give a place twice."""
    (constraint,) = (c for c in Application._meta.constraints if c.name == "application_place_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Application, constraint)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE programs_application CASCADE")
        with connection.schema_editor() as editor:
            editor.add_constraint(Application, constraint)
