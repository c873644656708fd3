"""What an evaluator does: declare, fill in a sheet, lock it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from programs import locking, selection_refusals
from programs.models import (
    MOST_POINTS,
    Application,
    Assignment,
    Criterion,
    Mark,
    Program,
    ProgramState,
    Sheet,
    SheetState,
)
from programs.parties import belongs_to
from programs.services.assign import is_locked


@dataclass(frozen=True)
class Declared:
    """What an evaluator says of one application before seeing it."""

    assignment: Assignment
    has_conflict: bool
    reason: str = ""


@transaction.atomic
def declare(*, declared: Sequence[Declared], by: User) -> None:
    """Keep what was declared, all of it or nothing.

    A conflict takes the application from the evaluator at once and for good. Raises
    RuleViolation ``already_declared``, ``reason_needed`` or as ``_own``.
    """
    for one in sorted(declared, key=lambda one: one.assignment.pk):
        _declare(one, by)


def _declare(one: Declared, by: User) -> None:
    assignment, now = _own(one.assignment, by), clock.now()
    if assignment.has_conflict is not None:
        raise RuleViolation(selection_refusals.already_declared())
    if one.has_conflict and not one.reason.strip():
        raise RuleViolation(selection_refusals.reason_needed())
    assignment.has_conflict, assignment.declared_at = one.has_conflict, now
    if one.has_conflict:
        assignment.conflict_reason = one.reason.strip()
        assignment.released_at, assignment.released_by = now, by
    fields = ["has_conflict", "declared_at", "conflict_reason", "released_at", "released_by"]
    assignment.save(update_fields=fields)


@transaction.atomic
def save(
    *, assignment: Assignment, points: Mapping[int, int | None], comment: str, by: User
) -> Sheet:
    """Keep a sheet as far as it is filled in. ``points`` by criterion; None takes them away.

    Raises RuleViolation ``points_out_of_range``, ``sheet_locked`` or ``not_declared``, or as
    ``_own``.
    """
    assignment = _to_score(assignment, by)
    criteria = _criteria(assignment)
    _refuse_out_of_range(criteria, points)
    return _keep(assignment, criteria, points, comment)


@transaction.atomic
def lock(
    *, assignment: Assignment, points: Mapping[int, int | None], comment: str, by: User
) -> Sheet:
    """Keep a sheet and lock it for good. Raises RuleViolation ``points_missing`` for each
    criterion without points, or as ``save``."""
    assignment = _to_score(assignment, by)
    criteria = _criteria(assignment)
    _refuse_out_of_range(criteria, points)
    missing = [
        selection_refusals.points_missing(criterion.display_name, n)
        for n, criterion in enumerate(criteria, 1)
        if points.get(criterion.pk) is None
    ]
    if missing:
        raise RuleViolation(*missing)
    sheet = _keep(assignment, criteria, points, comment)
    _lock(sheet)
    return sheet


@transaction.atomic
def lock_all(*, program: Program, by: User) -> int:
    """Lock every complete sheet the evaluator has in a program; returns how many.

    Raises RuleViolation ``nothing_to_lock``, ``not_running`` or ``already_announced``.
    """
    _refuse_over(program)
    mine = Assignment.objects.due().open().of_evaluator(by.pk).filter(application__program=program)
    mine = mine.exclude(application__in=Application.objects.with_user(by.pk))
    needed, locked = program.criteria.count(), 0
    for pk in mine.filter(has_conflict=False).order_by("pk").values_list("pk", flat=True):
        assignment = locking.lock_assignment(pk)
        sheet = getattr(assignment, "sheet", None)
        if sheet is not None and not is_locked(assignment) and sheet.marks.count() == needed:
            _lock(sheet)
            locked += 1
    if not locked:
        raise RuleViolation(selection_refusals.nothing_to_lock())
    return locked


def _own(assignment: Assignment, by: User) -> Assignment:
    """The row, locked, if it is the person's and its program is still being decided.

    Raises RuleViolation ``no_longer_yours``, ``already_announced``, ``not_running`` or
    ``still_open``.
    """
    assignment = locking.lock_assignment(assignment.pk)
    if assignment.evaluator_id != by.pk or assignment.released_at is not None:
        raise RuleViolation(selection_refusals.no_longer_yours())
    _refuse_over(assignment.application.program)
    return assignment


def _to_score(assignment: Assignment, by: User) -> Assignment:
    assignment = _own(assignment, by)
    if belongs_to(assignment.application, by):  # since it was given to him
        raise RuleViolation(selection_refusals.own_application(by.name))
    if assignment.has_conflict is None:
        raise RuleViolation(selection_refusals.not_declared())
    if is_locked(assignment):
        raise RuleViolation(selection_refusals.sheet_is_locked())
    return assignment


def _refuse_over(program: Program) -> None:
    if program.state == ProgramState.ANNOUNCED:
        raise RuleViolation(selection_refusals.already_announced())
    if program.state != ProgramState.PUBLISHED:
        raise RuleViolation(selection_refusals.not_running())
    if clock.now() < program.closes_at:
        raise RuleViolation(selection_refusals.still_open(program))


def _criteria(assignment: Assignment) -> list[Criterion]:
    return list(assignment.application.program.criteria.all())


def _refuse_out_of_range(criteria: Sequence[Criterion], points: Mapping[int, int | None]) -> None:
    wrong: list[Violation] = []
    for n, criterion in enumerate(criteria, 1):
        given = points.get(criterion.pk)
        if given is not None and not 0 <= given <= MOST_POINTS:
            wrong.append(selection_refusals.points_out_of_range(criterion.display_name, n))
    if wrong:
        raise RuleViolation(*wrong)


def _keep(
    assignment: Assignment,
    criteria: Sequence[Criterion],
    points: Mapping[int, int | None],
    comment: str,
) -> Sheet:
    sheet, is_new = Sheet.objects.get_or_create(
        assignment=assignment, defaults={"comment": comment, "saved_at": clock.now()}
    )
    if not is_new:
        sheet.comment, sheet.saved_at = comment, clock.now()
        sheet.save(update_fields=["comment", "saved_at"])
    before = {mark.criterion_id: mark for mark in sheet.marks.all()}
    for criterion in criteria:
        _keep_mark(sheet, criterion, before.get(criterion.pk), points.get(criterion.pk))
    return sheet


def _keep_mark(sheet: Sheet, criterion: Criterion, mark: Mark | None, given: int | None) -> None:
    """Only what differs is written, so that the history shows what was changed."""
    if mark is None:
        if given is not None:
            Mark.objects.create(sheet=sheet, criterion=criterion, points=given)
    elif given is None:
        mark.delete()
    elif mark.points != given:
        mark.points = given
        mark.save(update_fields=["points"])


def _lock(sheet: Sheet) -> None:
    sheet.state, sheet.locked_at = SheetState.LOCKED, clock.now()
    sheet.save(update_fields=["state", "locked_at"])
