"""The selection as staff see it: what stands where, who scores, and the preview of results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum

from center import clock
from center.errors import Violation
from center.models import User
from programs import basis, grounds, selection_refusals
from programs.models import (
    Announcement,
    Application,
    ApplicationState,
    Assignment,
    Program,
    ProgramState,
    Result,
    SelectionMode,
    SheetState,
)
from programs.ranking import Outcome, printed

_UNDECIDED = Q(applications__state__in=ApplicationState.undecided)
_SELECTED_BY = [SelectionMode.SCORED, SelectionMode.LOTTERY]


def programs() -> QuerySet[Program]:
    """Those whose places are given by scores or by lot; those to decide first. 1 query."""
    return (
        Program.objects.filter(selection__in=_SELECTED_BY)
        .exclude(state=ProgramState.DRAFT)
        .annotate(
            waiting=Count("applications", filter=_UNDECIDED),
            decided=Count("applications__result"),
        )
        .order_by(F("announced_at").desc(nulls_first=True), "closes_at", "pk")
    )


@dataclass(frozen=True)
class Counts:
    """How far a program is. Applications: ``waiting`` for a result, asked for a
    ``supplement``, ``ineligible``. Sheets: ``sheets`` assigned, ``locked``, ``undeclared``;
    ``short``: applications with fewer evaluators than the program wants."""

    waiting: int
    supplement: int
    ineligible: int
    sheets: int
    locked: int
    undeclared: int
    short: int


def counts(program: Program) -> Counts:
    """1 query."""
    undecided = Q(state__in=ApplicationState.undecided)
    found = _standings(program).aggregate(
        waiting=Count("pk", filter=Q(state=ApplicationState.SUBMITTED)),
        supplement=Count("pk", filter=Q(state=ApplicationState.SUPPLEMENT)),
        ineligible=Count("pk", filter=Q(state=ApplicationState.INELIGIBLE)),
        sheets=Sum("given", filter=undecided, default=0),
        locked=Sum("ready", filter=undecided, default=0),
        undeclared=Sum("unsure", filter=undecided, default=0),
        short=Count("pk", filter=undecided & Q(given__lt=program.evaluators_each)),
    )
    if program.selection != SelectionMode.SCORED:
        found["short"] = 0
    return Counts(**found)


def _standings(program: Program) -> QuerySet[Any, Any]:
    """Each application with the sheets ``given`` out, those ``ready`` because they are locked, and
    ``unsure`` where no conflict is denied yet; whether or not it still waits for a result."""
    standing = Q(assignments__released_at=None)
    return (
        program.applications.order_by()
        .values("pk", "state")
        .annotate(
            given=Count("assignments", filter=standing),
            ready=Count(
                "assignments", filter=standing & Q(assignments__sheet__state=SheetState.LOCKED)
            ),
            unsure=Count("assignments", filter=standing & Q(assignments__has_conflict=None)),
        )
    )


@dataclass(frozen=True)
class EvaluatorRow:
    """An evaluator in one program."""

    person: User
    assigned: int
    locked: int
    undeclared: int
    conflicts: int


def evaluator_rows(program: Program, everybody: Sequence[User]) -> list[EvaluatorRow]:
    """Everybody with the role, and whoever else has something of the program. 1 query, 2 where
    somebody has lost the role."""
    due = Q(released_at=None, application__state__in=ApplicationState.undecided)
    done = Q(sheet__state=SheetState.LOCKED, released_at=None)
    rows = Assignment.objects.filter(application__program=program).order_by().values("evaluator")
    figures: dict[int, dict[str, Any]] = {
        row["evaluator"]: {**row}
        for row in rows.annotate(
            assigned=Count("pk", filter=due | done),
            locked=Count("pk", filter=done),
            undeclared=Count("pk", filter=due & Q(has_conflict=None)),
            conflicts=Count("pk", filter=Q(has_conflict=True)),
        )
    }
    people = {person.pk: person for person in everybody}
    strangers = [pk for pk in figures if pk not in people]
    people |= User.objects.in_bulk(strangers) if strangers else {}
    return [_evaluator_row(person, figures.get(pk, {})) for pk, person in people.items()]


def _evaluator_row(person: User, figures: dict[str, Any]) -> EvaluatorRow:
    names = ("assigned", "locked", "undeclared", "conflicts")
    return EvaluatorRow(person, **{name: figures.get(name, 0) for name in names})


def scored_applications(program: Program) -> QuerySet[Application]:
    """What is being scored."""
    return program.applications.undecided().select_related("merchant").order_by("receipt")


class Given(NamedTuple):
    """An evaluator of an application."""

    name: str
    is_locked: bool


def given_to(applications: Sequence[Application]) -> dict[int, list[Given]]:
    """The evaluators each application has now, by its id. 1 query, which reads three columns:
    a page has some hundreds of them, and as whole rows they took a third of its time."""
    rows = Assignment.objects.standing().filter(application__in=applications).order_by("pk")
    found: dict[int, list[Given]] = defaultdict(list)
    for pk, name, state in rows.values_list("application", "evaluator__name", "sheet__state"):
        found[pk].append(Given(name, state == SheetState.LOCKED))
    return found


@dataclass(frozen=True)
class Line:
    """A row of the ranking."""

    key: int
    rank: int
    receipt: str
    business: str
    sheets: int
    score: str
    verdict: str
    reason: str
    number: int | None


@dataclass(frozen=True)
class Preview:
    """What would be announced now, or was. ``seen`` is the digest of its basis; ``few`` stands in
    the way unless a reason is given."""

    lines: list[Line]
    seen: str
    obstacles: list[Violation]
    few: Violation | None = None
    is_announced: bool = False


def preview(program: Program) -> Preview:
    """The results that follow from the rows as they are now, and what is still in their way.
    Applications without a sheet are left out and counted among the obstacles. 5 queries."""
    found = basis.of_program(program)
    seen = basis.digest(found)
    scored = [row for row in found["applications"] if row["sheets"]]
    missing = len(found["applications"]) - len(scored)
    outcomes = basis.outcomes({**found, "applications": scored})
    rows = list(_standings(program).annotate(name=F("merchant__name")))
    obstacles = _obstacles(program, rows)
    if missing:
        obstacles.append(selection_refusals.unscored(missing))
    sheets = {row["key"]: len(row["sheets"]) for row in scored}
    names = {row["pk"]: row["name"] for row in rows}
    lines, few = _lines(program, outcomes, sheets, names), _few(program, found)
    return Preview(lines, seen, obstacles, few)


def _few(program: Program, found: basis.Basis) -> Violation | None:
    n = basis.too_few(found, program.evaluators_each)
    return selection_refusals.too_few_sheets(n, program.evaluators_each) if n else None


def _obstacles(program: Program, rows: Sequence[dict[str, Any]]) -> list[Violation]:
    """What announcing would be refused for; no applications at all among it."""
    found: list[Violation] = []
    if clock.now() < program.closes_at:
        found.append(selection_refusals.still_open(program))
    undecided = [row for row in rows if row["state"] in ApplicationState.undecided]
    supplements = sum(row["state"] == ApplicationState.SUPPLEMENT for row in undecided)
    if supplements:
        found.append(selection_refusals.supplements_open(supplements))
    if supplements == len(undecided):
        found.append(selection_refusals.no_applications())
    open_sheets = sum(row["given"] - row["ready"] for row in undecided)
    if open_sheets:
        found.append(selection_refusals.sheets_open(open_sheets))
    return found


def _lines(
    program: Program, outcomes: list[Outcome], sheets: dict[int, int], names: dict[int, str]
) -> list[Line]:
    threshold = grounds.printed_threshold(program)
    return [
        Line(
            key=one.candidate.key,
            rank=one.rank,
            receipt=one.candidate.receipt,
            business=names[one.candidate.key],
            sheets=sheets.get(one.candidate.key, 0),
            score="" if one.score is None else f"{printed(one.score)}",
            verdict=f"{one.verdict.label}",
            reason=grounds.for_staff(one.ground, threshold=threshold),
            number=one.number,
        )
        for one in outcomes
    ]


def announced(announcement: Announcement) -> Preview:
    """The results as they were announced."""
    program = announcement.program
    rows = Result.objects.filter(announcement=announcement).select_related("application__merchant")
    sheets = {row["key"]: len(row.get("sheets", [])) for row in announcement.basis["applications"]}
    threshold = grounds.printed_threshold(program)
    lines = [
        Line(
            key=row.application_id,
            rank=row.rank,
            receipt=row.application.receipt,
            business=row.application.merchant.name,
            sheets=sheets[row.application_id],
            score="" if row.score is None else f"{row.score}",
            verdict=row.get_verdict_display(),
            reason=grounds.for_staff(row.ground, threshold=threshold),
            number=row.number,
        )
        for row in rows.order_by("rank")
    ]
    return Preview(lines, announcement.sha256, [], is_announced=True)


def differences(announcement: Announcement) -> list[str]:
    """Work the results out again, from the sheets as they are stored now: receipt numbers that
    come out otherwise than announced. None, unless rows were changed behind the portal."""
    found = {**announcement.basis}
    if found["rules"]["selection"] == SelectionMode.SCORED:
        sheets = basis.sheets_of(announcement.program)
        found["applications"] = [
            {**row, "sheets": sheets.get(row["key"], [])} for row in found["applications"]
        ]
        bare = [row["receipt"] for row in found["applications"] if not row["sheets"]]
        if bare:
            return sorted(bare)
    again = {
        one.candidate.receipt: (one.rank, one.verdict, one.number) for one in basis.outcomes(found)
    }
    stored = {
        receipt: tuple(values)
        for receipt, *values in announcement.results.values_list(
            "application__receipt", "rank", "verdict", "number"
        )
    }
    return sorted(
        receipt for receipt in {*again, *stored} if again.get(receipt) != stored.get(receipt)
    )
