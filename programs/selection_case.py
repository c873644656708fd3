"""One application of a scored review as staff see it: its evaluators, and every number of its
score down to the points it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from center import clock
from programs.models import Application, Assignment, Criterion, Program, Sheet, SheetState
from programs.ranking import Candidate, Scoring, printed, score


@dataclass(frozen=True)
class SheetRow:
    """A sheet: points by criterion as printed, what it is worth, whether it counts."""

    assignment: Assignment
    word: str
    style: str
    points: list[str]
    worth: Decimal | None
    is_dropped: bool = False


@dataclass(frozen=True)
class Case:
    application: Application
    criteria: list[Criterion]
    rows: list[SheetRow]
    released: list[Assignment]
    #: mean of the counted sheets; None while none is locked
    score: Decimal | None
    #: of the counted sheets, in the order of ``rows``
    counted: list[Decimal]


def application_of(program: Program, pk: int) -> Application:
    """An application handed in to the program; else Http404."""
    rows = Application.objects.handed_in().filter(program=program, pk=pk)
    found = rows.select_related("program", "merchant", "decided_by").first()
    if found is None:
        raise Http404
    return found


def case_of(application: Application) -> Case:
    """5 queries, however many sheets there are."""
    program = application.program
    criteria = list(program.criteria.all())
    every = list(_assignments(application))
    standing = [row for row in every if row.released_at is None]
    locked = [row for row in standing if _is_locked(row)]
    points = {row.pk: _points(row.sheet, criteria) for row in locked}
    scoring = Scoring(tuple(c.weight for c in criteria), program.drops_extremes)
    worths: dict[int, Decimal] = {}
    dropped: set[int] = set()
    reached: Decimal | None = None
    if locked:
        sheets = tuple(tuple(points[row.pk]) for row in locked)
        found = score(Candidate(application.pk, application.receipt, clock.now(), sheets), scoring)
        worths = {row.pk: printed(w) for row, w in zip(locked, found.worths, strict=True)}
        dropped, reached = {locked[n].pk for n in found.dropped}, printed(found.score)
    return Case(
        application,
        criteria,
        [_row(row, criteria, points, worths, row.pk in dropped) for row in standing],
        [row for row in every if row.released_at is not None],
        reached,
        [worths[row.pk] for row in locked if row.pk not in dropped],
    )


def _assignments(application: Application) -> QuerySet[Assignment]:
    rows = application.assignments.select_related("evaluator", "released_by", "sheet")
    return rows.prefetch_related("sheet__marks").order_by("pk")


def _is_locked(assignment: Assignment) -> bool:
    sheet = getattr(assignment, "sheet", None)
    return sheet is not None and sheet.state == SheetState.LOCKED


def _points(sheet: Sheet, criteria: list[Criterion]) -> list[int]:
    given = {mark.criterion_id: mark.points for mark in sheet.marks.all()}
    return [given[criterion.pk] for criterion in criteria]


def _row(
    assignment: Assignment,
    criteria: list[Criterion],
    points: dict[int, list[int]],
    worths: dict[int, Decimal],
    is_dropped: bool,
) -> SheetRow:
    """Points of a sheet that is not locked are its evaluator's alone."""
    shown = [f"{n}" for n in points.get(assignment.pk, [])] or ["–"] * len(criteria)
    word, style = _standing(assignment)
    return SheetRow(assignment, word, style, shown, worths.get(assignment.pk), is_dropped)


def _standing(assignment: Assignment) -> tuple[str, str]:
    if _is_locked(assignment):
        return _("Locked"), "ok"
    if assignment.has_conflict is None:
        return _("Conflict not declared"), "warn"
    return (_("Begun"), "go") if hasattr(assignment, "sheet") else (_("Not begun"), "")
