"""Selections of the demo: one being scored, half done, and one drawn by lot."""

from __future__ import annotations

import datetime as dt
import random

from django.contrib.auth.hashers import make_password

from center import roles, sealing
from center.demo.past import SEED
from center.demo.people import PASSWORD
from center.models import User
from center.permissions import EVALUATOR
from programs import lottery
from programs.models import Assignment, Draw, Program
from programs.services import assign, score
from programs.services import lottery as drawing
from programs.services.score import Declared

_SCORED, _DRAWN = "연말 라이브커머스 참여 업체 모집", "숏폼 영상 하루 완성"
_OTHERS = [("evaluator2@example.com", "한심사"), ("evaluator3@example.com", "오전문")]
#: of what evaluator@example.com has: still to be declared, and not begun
_UNDECLARED, _OPEN = 2, 4


def build() -> None:
    """Once; run again it changes nothing."""
    if Assignment.objects.exists() or not Program.objects.filter(title=_SCORED).exists():
        return
    staff = User.objects.get(email="staff@example.com")
    _score(Program.objects.get(title=_SCORED), staff)
    _draw(Program.objects.get(title=_DRAWN), staff)


def _score(program: Program, staff: User) -> None:
    Program.objects.filter(pk=program.pk).update(drops_extremes=True)
    first = User.objects.get(email="evaluator@example.com")
    others = [_evaluator(email, name) for email, name in _OTHERS]
    assign.assign_evenly(program=program, among=[first, *others], by=staff)
    rng = random.Random(SEED)
    for person in (first, *others):
        rows = list(person.assignments.order_by("application__receipt"))
        mine = rows[_UNDECLARED:] if person == first else rows
        score.declare(declared=[Declared(row, False) for row in mine], by=person)
        for n, row in enumerate(mine):
            if person != first or n >= _OPEN:
                _sheet(row, rng, person)
    _begun(first)


def _sheet(row: Assignment, rng: random.Random, person: User) -> None:
    points = _points(row, rng)
    score.lock(assignment=row, points=points, comment="", by=person)


def _begun(person: User) -> None:
    """One sheet with points in the first criterion alone."""
    row = person.assignments.filter(has_conflict=False, sheet=None).order_by("pk").first()
    if row is not None:
        criteria = row.application.program.criteria.all()
        given = {c.pk: 85 if n == 0 else None for n, c in enumerate(criteria)}
        score.save(assignment=row, points=given, comment="상세페이지를 다시 볼 것", by=person)


def _points(row: Assignment, rng: random.Random) -> dict[int, int | None]:
    level = 55 + row.application_id * 7 % 40
    criteria = row.application.program.criteria.all()
    return {c.pk: min(100, max(0, level + rng.randint(-6, 6))) for c in criteria}


def _evaluator(email: str, name: str) -> User:
    known = User.objects.filter(email=email).first()
    if known is not None:
        return known
    person = User.objects.create(email=email, name=name, password=make_password(PASSWORD))
    rights = roles.Rights(frozenset({EVALUATOR}), is_staff=False, is_active=True)
    roles.change(by=None, whom=person, to=rights, reason="시연용 계정")
    return person


def _draw(program: Program, staff: User) -> None:
    """A seed committed before the call closed; list and draw today."""
    seed = lottery.new_seed()
    Draw.objects.create(
        program=program,
        commitment=lottery.digest(seed),
        sealed_seed=sealing.seal(seed),
        committed_at=program.opens_at + dt.timedelta(hours=1),
        committed_by=staff,
    )
    drawing.freeze_list(program=program, by=staff)
    drawing.draw_lots(program=program, by=staff)
