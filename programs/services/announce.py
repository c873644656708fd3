"""Results, announced once and to all: the only code that gives the places of a selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from celery import current_app
from django.db import connection, transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import basis, call_refusals, locking, selection_refusals
from programs.messages import selection as messages
from programs.models import (
    Announcement,
    ApplicationState,
    Assignment,
    Program,
    ProgramState,
    Result,
    SelectionMode,
)
from programs.models.results import ResultQuerySet
from programs.ranking import Outcome, printed
from programs.services import standings

#: results told in one transaction; what is beyond it is told by the task
BATCH = 200

# By hand, and the one place besides ``steps`` that sets states: five thousand applications get
# theirs from the results in one statement. What somebody withdrew or changed meanwhile does not
# match, and the count tells.
_GIVE_SQL = """
UPDATE programs_application a
SET state = r.verdict,
    place = CASE r.verdict WHEN 'selected' THEN r.number END,
    reserve_number = CASE r.verdict WHEN 'reserve' THEN r.number END,
    score = r.score, rank = r.rank,
    decided_at = %(at)s, decided_by_id = %(by)s, revision = a.revision + 1
FROM programs_result r
WHERE r.announcement_id = %(announcement)s AND r.application_id = a.id AND a.state = 'submitted'
"""


@transaction.atomic
def announce(*, program: Program, seen: str, by: User, fewer_because: str = "") -> Announcement:
    """Publish the results of a scored review.

    ``seen`` is the digest of the preview the operator looked at: results that differ from it
    are not published. ``fewer_because``: why they are with fewer evaluators than the call
    promises; kept where some are. Raises RuleViolation ``already_announced``, ``not_running``,
    ``not_scored``, ``still_open``, ``no_applications``, ``supplements_open``, ``sheets_open``,
    ``unscored``, ``too_few_sheets``, ``supported_meanwhile`` or ``changed_meanwhile``.
    """
    program = to_decide(program)
    if program.selection != SelectionMode.SCORED:
        raise RuleViolation(selection_refusals.not_scored())
    refuse_unfinished(program)
    refuse_supported(program)
    found = basis.of_program(program)
    if missing := sum(not row["sheets"] for row in found["applications"]):
        raise RuleViolation(selection_refusals.unscored(missing))
    few, reason = basis.too_few(found, program.evaluators_each), fewer_because.strip()
    if few and not reason:
        raise RuleViolation(selection_refusals.too_few_sheets(few, program.evaluators_each))
    if basis.digest(found) != seen:
        raise RuleViolation(selection_refusals.changed_meanwhile())
    return publish(program, found, by, fewer_because=reason if few else "")


def refuse_supported(program: Program) -> None:
    """Raise ``supported_meanwhile`` where a call that supports each business once a year would
    give a place to one that got another since it applied; staff decide on it first."""
    if not program.once_a_year:
        return
    waiting = program.applications.filter(state=ApplicationState.SUBMITTED)
    rows = list(waiting.select_related("merchant"))
    year = clock.today().year
    if names := standings.supported_in(year, program, rows):
        raise RuleViolation(call_refusals.supported_meanwhile(names, year))


def to_decide(program: Program) -> Program:
    """The program's row, locked, if its results may be announced now."""
    program = locking.lock_program(program.pk)
    if program.state == ProgramState.ANNOUNCED:
        raise RuleViolation(selection_refusals.already_announced())
    if program.state != ProgramState.PUBLISHED:
        raise RuleViolation(selection_refusals.not_running())
    if clock.now() < program.closes_at:
        raise RuleViolation(selection_refusals.still_open(program))
    return program


def refuse_unfinished(program: Program) -> None:
    """Raise RuleViolation while something is still to be waited for."""
    if asked := program.applications.filter(state=ApplicationState.SUPPLEMENT).count():
        raise RuleViolation(selection_refusals.supplements_open(asked))
    if not program.applications.filter(state=ApplicationState.SUBMITTED).exists():
        raise RuleViolation(selection_refusals.no_applications())
    unlocked = Assignment.objects.due().open().filter(application__program=program).count()
    if unlocked:
        raise RuleViolation(selection_refusals.sheets_open(unlocked))


def publish(
    program: Program, found: basis.Basis, by: User, *, fewer_because: str = ""
) -> Announcement:
    """Write the results that follow from a basis, and act on them; within a transaction that
    holds the program's row."""
    now = clock.now()
    announcement = Announcement.objects.create(
        program=program,
        at=now,
        by=by,
        basis=found,
        sha256=basis.digest(found),
        fewer_because=fewer_because,
    )
    outcomes = basis.outcomes(found)
    Result.objects.bulk_create(_rows(announcement, outcomes), batch_size=1000)
    values: dict[str, Any] = {"at": now, "by": by.pk, "announcement": announcement.pk}
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_SQL, values)
        if cursor.rowcount != len(outcomes):
            raise RuleViolation(selection_refusals.changed_meanwhile())
    program.state, program.announced_at = ProgramState.ANNOUNCED, now
    program.save(update_fields=["state", "announced_at"])
    tell(announcement)
    return announcement


def _rows(announcement: Announcement, outcomes: Sequence[Outcome]) -> list[Result]:
    return [
        Result(
            announcement=announcement,
            application_id=one.candidate.key,
            verdict=one.verdict,
            ground=one.ground,
            number=one.number,
            rank=one.rank,
            score=None if one.score is None else printed(one.score),
        )
        for one in outcomes
    ]


def tell(announcement: Announcement) -> int:
    """Write to the first of those who were not told; returns how many. More than that is left
    to the task: results wait in their rows, so that none is forgotten and none told twice."""
    told = _tell(Result.objects.untold().filter(announcement=announcement))
    if told == BATCH:
        transaction.on_commit(wake_teller, robust=True)
    return told


@transaction.atomic
def tell_next() -> int:
    """A batch of results, of any program, that nobody was told of yet; returns how many."""
    return _tell(Result.objects.untold())


def wake_teller() -> None:
    current_app.send_task("programs.tasks.tell_results", retry=False)


def _tell(rows: ResultQuerySet) -> int:
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    found = locked.select_related("announcement__program", "application__merchant").defer(
        "announcement__basis"
    )
    told = list(found[:BATCH])
    for row in told:
        messages.result(row)
    Result.objects.filter(pk__in=[row.pk for row in told]).update(told_at=clock.now())
    return len(told)
