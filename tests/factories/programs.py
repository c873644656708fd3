from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.contrib.auth.models import Group

from center import clock
from center.models import User
from center.permissions import EVALUATOR
from merchants.models import Merchant
from programs.kinds import KINDS
from programs.models import (
    AnswerFile,
    Application,
    ApplicationState,
    Assignment,
    Criterion,
    Mark,
    Program,
    ProgramState,
    Question,
    SelectionMode,
    Sheet,
    SheetState,
)
from tests.factories.people import merchant as a_merchant
from tests.factories.people import user

_count = itertools.count(1)


def program(kind: str = "education", **fields: Any) -> Program:
    """A published call that opened yesterday and closes in a week, for twenty."""
    n, now = next(_count), clock.now()
    values = {
        "kind": kind,
        "slug": f"program-{n}",
        "title": f"프로그램 {n}",
        "state": ProgramState.PUBLISHED,
        "published_at": now - dt.timedelta(days=1),
        "opens_at": now - dt.timedelta(days=1),
        "closes_at": now + dt.timedelta(days=7),
        "selection": KINDS[kind].selection,
        "quota": 20,
        **fields,
    }
    return Program.objects.create(**values)


def scored_program(*weights: int, **fields: Any) -> Program:
    """A call by scores that closed an hour ago, with a criterion for each weight; one evaluator
    for each application is enough."""
    now = clock.now()
    values = {
        "opens_at": now - 7 * clock.DAY,
        "closes_at": now - dt.timedelta(hours=1),
        "evaluators_each": 1,
        **fields,
    }
    made = program("live_commerce", **values)
    for n, weight in enumerate(weights or (60, 40), 1):
        Criterion.objects.create(program=made, position=n, name=f"기준 {n}", weight=weight)
    made.refresh_from_db()  # decimals as the database keeps them
    return made


def lottery_program(**fields: Any) -> Program:
    """A call by lot that is open for another week."""
    return program("smart_shop", selection=SelectionMode.LOTTERY, **fields)


def evaluator(**fields: Any) -> User:
    """A person with the role, not staff."""
    person = user(**fields)
    person.groups.add(Group.objects.get_or_create(name=EVALUATOR)[0])
    return person


def assignment(application: Application, evaluator: User, **fields: Any) -> Assignment:
    """Declared free of a conflict unless told otherwise."""
    values = {"has_conflict": False, "declared_at": clock.now(), **fields}
    return Assignment.objects.create(application=application, evaluator=evaluator, **values)


def sheet(assignment: Assignment, *points: int, locked: bool = True) -> Sheet:
    """Points in the order of the criteria."""
    made = Sheet.objects.create(assignment=assignment)
    criteria = assignment.application.program.criteria.all()
    for criterion, given in zip(criteria, points, strict=False):
        Mark.objects.create(sheet=made, criterion=criterion, points=given)
    if locked:
        made.state, made.locked_at = SheetState.LOCKED, clock.now()
        made.save()
    return made


def application(
    program: Program,
    merchant: Merchant | None = None,
    state: str = ApplicationState.SUBMITTED,
    **fields: Any,
) -> Application:
    """Handed in now by a verified business; in a placed state it has the next place."""
    business = merchant or a_merchant()
    values: dict[str, Any] = {"program": program, "merchant": business, "state": state}
    if state != ApplicationState.DRAFT:
        values |= {"submitted_at": clock.now(), "district": business.district}
    if state in ApplicationState.placed:
        values["place"] = program.applications.placed().count() + 1
    if state == ApplicationState.RESERVE:
        values["reserve_number"] = program.applications.reserve_list().count() + 1
    if state == ApplicationState.OFFERED:
        values["offered_until"] = clock.now() + dt.timedelta(hours=program.offer_hours)
    return Application.objects.create(**{**values, **fields})


def answer_file(application: Application, question: Question, name: str) -> AnswerFile:
    """The row of a file as it came in; its content is not kept anywhere."""
    return AnswerFile.objects.create(
        application=application,
        question=question,
        key_id="none",
        content_type="image/png",
        size=1,
        sha256="0" * 64,
        name=name,
    )
