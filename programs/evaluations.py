"""What an evaluator sees: his programs, his applications, and of each what scoring needs.

Nothing here reads beyond the person's own standing assignments, and of a business no more
than its name, district, sector and age: no number, no people, no telephone, no address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from center import clock
from center.models import User
from center.permissions import EVALUATOR, roles_of
from merchants import regions
from programs import progress
from programs.models import (
    AnswerFile,
    Application,
    ApplicationState,
    Assignment,
    AssignmentQuerySet,
    Picture,
    Product,
    Program,
    ProgramState,
    SheetState,
)
from programs.ranking import printed
from programs.typed import Said


def require_evaluator(user: User) -> None:
    """Http404 for everybody without the role, staff included."""
    if EVALUATOR not in roles_of(user):
        raise Http404


@dataclass(frozen=True)
class Progress:
    """A program and how far the person is with it."""

    program: Program
    total: int
    locked: int
    undeclared: int

    @property
    def left(self) -> int:
        return self.total - self.locked

    @property
    def is_open(self) -> bool:
        return self.program.state == ProgramState.PUBLISHED


def _mine(user: User) -> AssignmentQuerySet:
    """What the person has to score, or scored: applications withdrawn or found ineligible
    meanwhile are away."""
    waiting = Q(application__state__in=ApplicationState.undecided)
    decided = Q(application__program__state=ProgramState.ANNOUNCED, sheet__state=SheetState.LOCKED)
    return Assignment.objects.standing().of_evaluator(user.pk).filter(waiting | decided)


def progress_of(user: User) -> list[Progress]:
    """The person's programs, the open ones first. 2 queries."""
    counted = (
        _mine(user)
        .order_by()
        .values_list("application__program")
        .annotate(
            total=Count("pk"),
            locked=Count("pk", filter=Q(sheet__state=SheetState.LOCKED)),
            undeclared=Count("pk", filter=Q(has_conflict=None)),
        )
    )
    numbers = {pk: counts for pk, *counts in counted}
    programs = Program.objects.filter(pk__in=numbers).order_by("closes_at", "pk")
    found = [Progress(program, *numbers[program.pk]) for program in programs]
    return sorted(found, key=lambda row: not row.is_open)


def program_of(user: User, slug: str) -> Program:
    """A program the person has applications of, or had; else Http404."""
    mine = Program.objects.filter(applications__assignments__evaluator=user)
    return get_object_or_404(mine.distinct(), slug=slug)


@dataclass(frozen=True)
class Row:
    """One application in the person's list."""

    assignment: Assignment
    word: str
    style: str
    worth: Decimal | None

    @property
    def is_locked(self) -> bool:
        return self.style == "ok"

    @property
    def is_complete(self) -> bool:
        """May be locked."""
        return self.worth is not None and not self.is_locked


def rows_of(user: User, program: Program) -> list[Row]:
    """Declared applications, what is open first. 2 queries and one for the criteria."""
    weights = dict(program.criteria.values_list("pk", "weight"))
    mine = _mine(user).filter(application__program=program, has_conflict=False)
    found = mine.select_related("application__merchant", "sheet").prefetch_related("sheet__marks")
    rows = [_row(assignment, weights) for assignment in found.order_by("application__receipt")]
    return sorted(rows, key=lambda row: row.is_locked)


def _row(assignment: Assignment, weights: dict[int, int]) -> Row:
    sheet = getattr(assignment, "sheet", None)
    if sheet is None:
        return Row(assignment, _("Not begun"), "", None)
    given = {mark.criterion_id: mark.points for mark in sheet.marks.all()}
    worth = _worth(given, weights)
    if sheet.state == SheetState.LOCKED:
        return Row(assignment, _("Locked"), "ok", worth)
    return Row(
        assignment,
        *((_("Sheet complete"), "go") if worth is not None else (_("Begun"), "warn")),
        worth,
    )


def _worth(given: dict[int, int], weights: dict[int, int]) -> Decimal | None:
    """What a sheet is worth; None while a criterion has no points."""
    if not weights or given.keys() < weights.keys():
        return None
    total = sum(weight * given[pk] for pk, weight in weights.items())
    return printed(Fraction(total, sum(weights.values()))).normalize()


def undeclared_of(user: User, program: Program) -> QuerySet[Assignment]:
    """Applications for which the person still has to say whether there is a conflict."""
    mine = Assignment.objects.due().undeclared().of_evaluator(user.pk)
    rows = mine.filter(application__program=program).select_related("application__merchant")
    return rows.order_by("application__receipt")


def assignment_of(user: User, slug: str, receipt: str) -> Assignment:
    """One the person may see: his, standing, declared free of a conflict; else Http404."""
    mine = _mine(user).filter(has_conflict=False)
    rows = mine.select_related("application__program", "application__merchant", "sheet")
    return get_object_or_404(rows, application__program__slug=slug, application__receipt=receipt)


@dataclass(frozen=True)
class Seen:
    """An application as evaluators read it."""

    facts: list[tuple[str, str]]
    answers: list[Said]
    products: list[Product]


def seen(application: Application) -> Seen:
    """Everything but who is behind it. 5 queries at most."""
    return Seen(
        [(name, text) for name, text in _facts(application) if text],
        progress.answers(application),
        progress.products(application),
    )


def file_of(assignment: Assignment, public_id: object) -> AnswerFile:
    """A file of an answer in an application the person scores; else Http404."""
    files = AnswerFile.objects.filter(
        application=assignment.application_id, stored_name__isnull=False
    )
    return get_object_or_404(files, public_id=public_id)


def photo_of(assignment: Assignment, public_id: object) -> Picture:
    """A photo of a product in such an application; else Http404."""
    shown = {"product_photo__product__application": assignment.application_id}
    return get_object_or_404(Picture.objects.filter(**shown), public_id=public_id)


def _facts(application: Application) -> list[tuple[str, str]]:
    merchant = application.merchant
    founded = merchant.founded_on
    return [
        (_("Business"), merchant.name),
        (_("Applied for"), application.applied_for),
        (_("Kind of business"), merchant.get_kind_display()),
        (_("District"), regions.district_name(application.district)),
        (_("Sector"), regions.section_name(merchant.section)),
        (_("Founded"), f"{founded.year}" if founded else ""),
    ]


def neighbour(user: User, program: Program, after: Assignment) -> Assignment | None:
    """The next application of the person that is not locked, going round."""
    open_rows = [
        row.assignment
        for row in rows_of(user, program)
        if not row.is_locked and row.assignment.pk != after.pk
    ]
    later = [a for a in open_rows if a.application.receipt > after.application.receipt]
    return next(iter(later or open_rows), None)


def progress_in(rows: Sequence[Row], asked: Sequence[Any]) -> dict[str, int]:
    """The figures of one program from the rows its page has anyway."""
    return {
        "total": len(rows) + len(asked),
        "locked": sum(row.is_locked for row in rows),
        "complete": sum(row.is_complete for row in rows),
    }


def standing_of(assignment: Assignment) -> dict[str, Any]:
    """Whether its sheet is locked, and what it is worth so far. At most 2 queries."""
    row = _row(
        assignment, dict(assignment.application.program.criteria.values_list("pk", "weight"))
    )
    return {
        "is_locked": row.is_locked,
        "worth": row.worth,
        "is_open": assignment.application.program.state == ProgramState.PUBLISHED,
    }


def is_closed(program: Program) -> bool:
    """Whether applications do not change any more: only then they are scored."""
    return clock.now() >= program.closes_at
