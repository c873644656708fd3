"""Who scores which application: spread evenly, by hand, released again, reminded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet

from center import clock
from center.errors import RuleViolation
from center.models import User
from center.permissions import EVALUATOR
from programs import locking, selection_refusals
from programs.messages import selection as messages
from programs.models import (
    Application,
    ApplicationState,
    Assignment,
    Program,
    ProgramState,
    SelectionMode,
    SheetState,
)
from programs.parties import belongs_to, own_pairs, refuse_own
from programs.spreading import loads, spread


def evaluators() -> QuerySet[User]:
    """Everybody with the role who can log in."""
    return User.objects.filter(groups__name=EVALUATOR, is_active=True).order_by("name", "pk")


@transaction.atomic
def assign_evenly(*, program: Program, among: Sequence[User], by: User) -> list[Assignment]:
    """Give each application the evaluators it lacks, by the rule of ``programs.spreading``.

    Returns the new assignments; running it again adds only what is missing. Raises
    RuleViolation ``nobody_to_assign``, ``not_an_evaluator`` or as ``_to_be_scored``.
    """
    program = _to_be_scored(program)
    if not among:
        raise RuleViolation(selection_refusals.nobody_to_assign())
    _refuse_others(among)
    waiting = program.applications.filter(state__in=ApplicationState.undecided)
    standing = list(Assignment.objects.standing().filter(application__in=waiting))
    has: dict[int, set[int]] = defaultdict(set)
    for row in standing:
        has[row.application_id].add(row.evaluator_id)
    pairs = spread(
        list(waiting.order_by("receipt").values_list("pk", flat=True)),
        [person.pk for person in among],
        program.evaluators_each,
        has=has,
        barred=_barred(program),
        load=loads((row.application_id, row.evaluator_id) for row in standing),
    )
    return _write(program, pairs, by, is_automatic=True)


@transaction.atomic
def assign(*, application: Application, evaluator: User, by: User) -> Assignment:
    """One application to one evaluator, by hand.

    Raises RuleViolation ``not_an_evaluator``, ``own_application``, ``had_a_conflict``,
    ``already_assigned``, ``not_waiting``, ``own_business`` or as ``_to_be_scored``.
    """
    refuse_own(application, by)
    program = _to_be_scored(application.program)
    application = locking.lock_application(application.pk)
    if application.state not in ApplicationState.undecided:
        raise RuleViolation(selection_refusals.not_waiting())
    _refuse_others([evaluator])
    if belongs_to(application, evaluator):
        raise RuleViolation(selection_refusals.own_application(evaluator.name))
    before = Assignment.objects.filter(application=application, evaluator=evaluator)
    if before.filter(has_conflict=True).exists():
        raise RuleViolation(selection_refusals.had_a_conflict(evaluator.name))
    if before.standing().exists():
        raise RuleViolation(selection_refusals.already_assigned(evaluator.name))
    return _write(program, [(application.pk, evaluator.pk)], by, is_automatic=False)[0]


@transaction.atomic
def release(*, assignment: Assignment, reason: str, by: User) -> Assignment:
    """Take an application from an evaluator who cannot score it; a locked sheet stays.

    Raises RuleViolation ``reason_needed``, ``sheet_locked``, ``no_longer_yours`` or
    ``own_business``.
    """
    assignment = locking.lock_assignment(assignment.pk)
    refuse_own(assignment.application, by)
    if assignment.released_at is not None:
        raise RuleViolation(selection_refusals.no_longer_yours())
    if is_locked(assignment):
        raise RuleViolation(selection_refusals.sheet_is_locked())
    if not reason.strip():
        raise RuleViolation(selection_refusals.reason_needed())
    _release(assignment, reason.strip(), by)
    return assignment


def _release(assignment: Assignment, reason: str, by: User) -> None:
    assignment.released_at, assignment.released_by = clock.now(), by
    assignment.release_reason = reason
    assignment.save(update_fields=["released_at", "released_by", "release_reason"])


@transaction.atomic
def remind(*, program: Program) -> int:
    """Write to each evaluator with sheets to lock, once a day; returns how many have some."""
    locking.lock_program(program.pk)
    open_sheets: dict[int, int] = defaultdict(int)
    waiting = Assignment.objects.due().open().filter(application__program=program)
    for evaluator_id in waiting.values_list("evaluator_id", flat=True):
        open_sheets[evaluator_id] += 1
    for person in User.objects.filter(pk__in=open_sheets).order_by("pk"):
        messages.remind_evaluator(program, person, open_sheets[person.pk], clock.today())
    return len(open_sheets)


def is_locked(assignment: Assignment) -> bool:
    sheet = getattr(assignment, "sheet", None)
    return sheet is not None and sheet.state == SheetState.LOCKED


def _to_be_scored(program: Program) -> Program:
    """The program's row, locked, if it is at that point.

    Raises RuleViolation ``not_scored``, ``not_running``, ``still_open`` or ``no_criteria``.
    """
    program = locking.lock_program(program.pk)
    if program.selection != SelectionMode.SCORED:
        raise RuleViolation(selection_refusals.not_scored())
    if program.state != ProgramState.PUBLISHED:
        raise RuleViolation(selection_refusals.not_running())
    if clock.now() < program.closes_at:
        raise RuleViolation(selection_refusals.still_open(program))
    if not program.criteria.exists():
        raise RuleViolation(selection_refusals.no_criteria())
    return program


def _refuse_others(people: Iterable[User]) -> None:
    known = {person.pk for person in evaluators()}
    if strangers := [person.name for person in people if person.pk not in known]:
        raise RuleViolation(*map(selection_refusals.not_an_evaluator, strangers))


def _barred(program: Program) -> set[tuple[int, int]]:
    """Pairs of application and person that must not be: conflicts, own businesses."""
    conflicts = Assignment.objects.filter(application__program=program, has_conflict=True)
    known = set(conflicts.values_list("application_id", "evaluator_id"))
    return known | own_pairs(Application.objects.filter(program=program))


def _write(
    program: Program, pairs: Sequence[tuple[int, int]], by: User, *, is_automatic: bool
) -> list[Assignment]:
    """The rows, and one message to each evaluator however many they are."""
    rows = Assignment.objects.bulk_create(
        Assignment(
            application_id=application,
            evaluator_id=person,
            assigned_by=by,
            is_automatic=is_automatic,
        )
        for application, person in pairs
    )
    people = User.objects.in_bulk({row.evaluator_id for row in rows})
    for person, n in sorted(loads(pairs).items()):
        newest = max(row.pk for row in rows if row.evaluator_id == person)
        messages.assigned(program, people[person], n, key=newest)
    return rows
