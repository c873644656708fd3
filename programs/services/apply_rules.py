"""Until when an application may be written in; asked by every service that writes in one."""

from __future__ import annotations

import datetime as dt

from center.errors import RuleViolation
from programs import refusals
from programs.models import Application, ApplicationState, Program, ProgramState


def refuse_unless_open(program: Program, now: dt.datetime) -> None:
    """Raises RuleViolation; the deadline itself is too late, the instant before it is not."""
    if program.state == ProgramState.CANCELLED:
        raise RuleViolation(refusals.called_off())
    if program.state == ProgramState.DRAFT or now < program.opens_at:
        raise RuleViolation(refusals.not_open_yet(program.opens_at))
    if not program.is_open(now):
        raise RuleViolation(refusals.closed(program.closes_at))


def refuse_unless_editable(application: Application, program: Program, now: dt.datetime) -> None:
    """Its owner may write in it now. Raises RuleViolation."""
    if not application.is_editable:
        raise RuleViolation(refusals.not_editable(application.get_state_display()))
    if application.state != ApplicationState.SUPPLEMENT:
        refuse_unless_open(program, now)
        return
    until = application.supplement_until
    if program.state not in ProgramState.running:
        refuse_unless_open(program, now)
    if until is not None and now >= until:
        raise RuleViolation(refusals.supplement_over(until))
