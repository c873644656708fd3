"""What is still open of a program: read before it is finished, each thing with its way out.

What takes place, who waits for an answer and what is not judged keeps it from being finished by
anybody. Figures that are still asked for keep only the clock from it: they are asked for all
the same once staff have finished it.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import Max, Q

from center import clock
from center.errors import Violation
from programs import call_refusals as refusals
from programs import endings
from programs.models import (
    ApplicationState,
    ConsultationState,
    OutcomeState,
    Program,
    ProgramState,
)

_S = ApplicationState
#: days after the last stage in which it is still asked for; as ``services.outcomes`` does
_LATE = 14


def what_is_open(program: Program, now: dt.datetime) -> list[Violation]:
    """What keeps it from being finished; empty where nothing does. 3 to 6 queries."""
    if program.state not in ProgramState.running:
        return [refusals.not_running()]
    return [
        *_applications(program, now),
        *_days(program, now),
        *_without_end(program),
        *_consultations(program),
    ]


def figures_to_come(program: Program, today: dt.date) -> Violation | None:
    """Figures of it that are asked for or will be. 2 queries for kinds that are asked."""
    kind, taking = program.the_kind, program.applications.taking_part()
    if not kind.asks_afterwards or not taking.exists():
        return None
    open_rows = taking.filter(outcomes__state=OutcomeState.ASKED).distinct().count()
    to_ask = _to_be_asked(program, today)
    return refusals.figures_open(open_rows + to_ask) if open_rows or to_ask else None


def _applications(program: Program, now: dt.datetime) -> list[Violation]:
    found = []
    rows = program.applications.all()
    if now < program.closes_at:
        found.append(refusals.still_taking(program.closes_at))
    if n := rows.filter(state__in=_S.undecided).count():
        found.append(refusals.still_undecided(n))
    if n := rows.filter(state=_S.OFFERED).count():
        found.append(refusals.still_offered(n))
    if program.the_kind.has_sessions and (n := rows.filter(state=_S.SELECTED).count()):
        found.append(refusals.not_judged(n))
    return found


def _days(program: Program, now: dt.datetime) -> list[Violation]:
    """The last day of the call, and the last session that stands."""
    found = []
    last_day = program.runs_until or program.runs_from
    if last_day is not None and now < clock.day_bounds(last_day)[1]:
        found.append(refusals.still_runs(last_day))
    to_come = program.sessions.standing().filter(ends__gt=now)
    last = to_come.aggregate(last=Max("ends"))["last"]
    if last is not None:
        found.append(refusals.sessions_to_come(last))
    return found


def _consultations(program: Program) -> list[Violation]:
    if not program.the_kind.has_consulting:
        return []
    live = Q(consultations__state__in=ConsultationState.live)
    n = program.applications.filter(live).distinct().count()
    return [refusals.consultations_open(n)] if n else []


def _without_end(program: Program) -> list[Violation]:
    """Participants nobody would ever ask for figures, because no day says when it ended."""
    if not program.the_kind.asks_afterwards or program.runs_until is not None:
        return []
    sql = f"""
        SELECT count(*) FROM programs_application a
        LEFT JOIN ({endings.ENDED_SQL}) AS e ON e.id = a.id
        WHERE a.program_id = %(program)s AND a.state = ANY(%(taking_part)s) AND e.id IS NULL
    """  # noqa: S608  (nothing from outside is in it)
    with connection.cursor() as cursor:
        cursor.execute(sql, {**endings.values(asking_outcome=False), "program": program.pk})
        n = int(cursor.fetchone()[0])
    return [refusals.end_unknown(n)] if n else []


def _to_be_asked(program: Program, today: dt.date) -> int:
    """Participants whose last stage is still to be asked."""
    last = max(program.the_kind.stages)
    sql = f"""
        SELECT count(*) FROM ({endings.ENDED_SQL}) AS e
        WHERE e.program_id = %(program)s AND e.ended_on + %(last_asked)s > %(today)s
          AND NOT EXISTS (SELECT 1 FROM programs_outcome o
                          WHERE o.application_id = e.id AND o.stage = %(stage)s)
    """  # noqa: S608  (nothing from outside is in it)
    values = {
        **endings.values(asking_outcome=True),
        "program": program.pk,
        "today": today,
        "stage": last,
        "last_asked": last + _LATE,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])
