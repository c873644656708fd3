"""The end of a program: by staff once nothing of it is open, else by the clock."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from center import clock
from center.errors import RuleViolation
from programs import finishing, messages
from programs.locking import lock_program
from programs.models import Application, ApplicationState, Program, ProgramState
from programs.services import steps

log = structlog.get_logger(__name__)


@transaction.atomic
def finish(*, program: Program) -> Program:
    """Nothing takes place any more: the program is over, and who still waits in line is told.

    Figures that are still asked for are asked for all the same. Twice changes nothing. Raises
    RuleViolation with everything that is open (``finishing.what_is_open``).
    """
    program, now = lock_program(program.pk), clock.now()
    if program.state == ProgramState.FINISHED:
        return program
    if found := finishing.what_is_open(program, now):
        raise RuleViolation(*found)
    program.state, program.ended_at = ProgramState.FINISHED, now
    program.save(update_fields=["state", "ended_at"])
    for application in _waiting(program):
        steps.pass_over(application, reason=_no_place(), now=now)
        messages.ended_in_line(application)
    return program


def _waiting(program: Program) -> list[Application]:
    rows = Application.objects.select_for_update(no_key=True, of=("self",))
    waiting = rows.filter(program=program, state=ApplicationState.RESERVE)
    return list(waiting.select_related("program", "merchant").order_by("reserve_number"))


def _no_place() -> str:
    """As the business reads it, in the language of the house."""
    with translation.override("ko"):
        return _("The program is over; no place became free.")


def to_finish(now: dt.datetime) -> QuerySet[Program]:
    """Those that run and whose days are over, as far as a column says so."""
    running = Program.objects.filter(state__in=ProgramState.running, closes_at__lte=now)
    return running.exclude(runs_until__gte=clock.day_of(now)).order_by("pk")


def finish_all(*, now: dt.datetime) -> int:
    """Finish every program of which nothing is open and whose figures are all in or missing;
    how many. Each in a transaction of its own; safe to run twice and side by side."""
    finished = 0
    for program in to_finish(now):
        if finishing.what_is_open(program, now) or not _is_known_to_be_over(program):
            continue
        if finishing.figures_to_come(program, clock.day_of(now)) is None:
            finished += _finished(program)
    return finished


def _finished(program: Program) -> bool:
    try:
        finish(program=program)
    except RuleViolation:  # something of it is open since
        return False
    except DatabaseError:  # the others are finished nevertheless, this one the next day
        log.exception("program_not_finished", program=program.pk)
        return False
    return True


def _is_known_to_be_over(program: Program) -> bool:
    """A call without a last day and without sessions says nothing of its end: staff do."""
    return program.runs_until is not None or program.sessions.standing().exists()
