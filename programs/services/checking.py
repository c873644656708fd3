"""What staff decide on an application before its selection: conditions, supplements.

Each decision carries the revision of the application as staff saw it.
"""

from __future__ import annotations

import datetime as dt

from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import call_refusals, messages, refusals, selection_refusals
from programs.locking import lock_application, lock_parties, placing
from programs.models import (
    Application,
    ApplicationState,
    Draw,
    Program,
    ProgramState,
    SelectionMode,
)
from programs.parties import refuse_own
from programs.services import leaving, places, steps

_S = ApplicationState


@placing
def ask_for(
    *, application: Application, revision: int, note: str, until: dt.datetime, by: User
) -> Application:
    """Ask the applicant for something, to be answered in the form until a time.

    Raises RuleViolation ``changed_meanwhile``, ``not_undecided``, ``decided_already``,
    ``until_past`` or ``own_business``.
    """
    application, now = _case(application, revision, by), clock.now()
    if application.state not in _S.undecided:
        raise RuleViolation(call_refusals.not_undecided(application.get_state_display()))
    if until <= now:
        raise RuleViolation(call_refusals.until_past())
    steps.ask(application, note=note, until=until)
    messages.supplement_asked(application)
    return application


@placing
def reject(*, application: Application, revision: int, reason: str, by: User) -> Application:
    """Conditions are not met, for a reason the applicant reads; a place it had goes on.

    Raises RuleViolation ``changed_meanwhile``, ``not_undecided``, ``decided_already``,
    ``reason_missing`` or ``own_business``.
    """
    application, now = _case(application, revision, by), clock.now()
    if not may_be_rejected(application):
        raise RuleViolation(call_refusals.not_undecided(application.get_state_display()))
    if not reason.strip():
        raise RuleViolation(call_refusals.reason_missing())
    leaving.end_what_hangs(application, now=now, by=by)
    steps.reject(application, reason=reason.strip(), by=by, now=now)
    messages.rejected(application)
    places.fill(application.program, now)
    return application


def is_decided_on(program: Program) -> bool:
    """Whether applications are still decided on one by one: until results are out, first come
    as long as it runs; never once it is over."""
    if program.selection == SelectionMode.FIRST_COME:
        return program.state in ProgramState.running
    return program.state == ProgramState.PUBLISHED


def may_be_rejected(application: Application) -> bool:
    """First come gives places before anybody has looked, so a look may still end them."""
    if not is_decided_on(application.program):
        return False
    if application.state in _S.undecided:
        return True
    is_first_come = application.program.selection == SelectionMode.FIRST_COME
    return is_first_come and application.state in {_S.SELECTED, _S.RESERVE, _S.OFFERED}


@placing
def look_again(*, application: Application, revision: int, by: User) -> Application:
    """Take a rejection back; first come gives what is free now, at the end of the line.

    Raises RuleViolation ``changed_meanwhile``, ``not_rejected``, ``decided_already``, ``full``,
    ``own_business`` or, first come, those of ``policies.against_a_place``.
    """
    lock_parties(application)
    application, now = _case(application, revision, by), clock.now()
    if application.state != _S.INELIGIBLE:
        raise RuleViolation(call_refusals.not_rejected())
    if application.program.selection == SelectionMode.FIRST_COME:
        places.refuse_what_stands_against(application, now)
        places.give(application, application.program, now)
    else:
        steps.receive(application)
    application.reason = ""
    steps.save(application, "reason", "decided_at", "decided_by")
    messages.looked_at_again(application)
    return application


def _case(application: Application, revision: int, by: User) -> Application:
    row = lock_application(application.pk)
    refuse_own(row, by)
    if row.revision != revision:
        raise RuleViolation(refusals.changed_meanwhile())
    if not is_decided_on(row.program):
        raise RuleViolation(call_refusals.decided_already(row.program.get_state_display()))
    # Nobody joins the published list of a draw and nobody is taken off it.
    if Draw.objects.filter(program=row.program_id, listed_at__isnull=False).exists():
        raise RuleViolation(selection_refusals.list_is_frozen())
    return row
