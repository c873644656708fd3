"""The steps of an application: the one module that assigns its state.

Each is part of a service, under the locks that service took, and says nothing to anybody.
"""

from __future__ import annotations

import datetime as dt

from center.models import User
from programs.models import Application, ApplicationState

_S = ApplicationState
_HOW = ("state", "place", "reserve_number", "offered_until")


def receive(application: Application) -> None:
    """Handed in, or handed in again."""
    _move(application, _S.SUBMITTED)


def select(
    application: Application, place: int, *, now: dt.datetime, by: User | None = None
) -> None:
    _move(application, _S.SELECTED, place=place)
    application.decided_at, application.decided_by = now, by


def put_in_line(application: Application, number: int) -> None:
    _move(application, _S.RESERVE, reserve_number=number)


def offer(application: Application, place: int, *, until: dt.datetime) -> None:
    _move(application, _S.OFFERED, place=place, offered_until=until)
    save(application)


def accept(application: Application, *, by: User | None, now: dt.datetime) -> None:
    _move(application, _S.SELECTED, place=application.place)
    application.decided_at, application.decided_by = now, by
    save(application, "decided_at", "decided_by")


def decline(application: Application, *, now: dt.datetime) -> None:
    """Not taken, by word or by silence. The time it was offered until stays noted."""
    until = application.offered_until
    _move(application, _S.DECLINED, offered_until=until)
    _end(application, now)


def withdraw(application: Application, *, now: dt.datetime) -> None:
    _move(application, _S.WITHDRAWN)
    _end(application, now)


def pass_over(application: Application, *, reason: str, now: dt.datetime) -> None:
    """Still in line when the program ended."""
    _move(application, _S.NOT_SELECTED)
    application.reason, application.ended_at = reason, now
    save(application, "reason", "ended_at")


def reject(application: Application, *, reason: str, by: User, now: dt.datetime) -> None:
    """Does not meet the conditions; the reason is shown to the applicant."""
    _move(application, _S.INELIGIBLE)
    application.reason, application.decided_by, application.decided_at = reason, by, now
    save(application, "reason", "decided_by", "decided_at")


def ask(application: Application, *, note: str, until: dt.datetime) -> None:
    _move(application, _S.SUPPLEMENT)
    application.supplement_note, application.supplement_until = note, until
    save(application, "supplement_note", "supplement_until")


def save(application: Application, *more: str) -> None:
    """Only what the step changed; the revision tells decisions made on an older sight."""
    application.revision += 1
    application.save(update_fields=[*_HOW, "revision", *more])


def _end(application: Application, now: dt.datetime) -> None:
    application.ended_at = now
    save(application, "ended_at")


def _move(
    application: Application,
    state: ApplicationState,
    *,
    place: int | None = None,
    reserve_number: int | None = None,
    offered_until: dt.datetime | None = None,
) -> None:
    """The state with exactly the numbers that belong to it."""
    application.state, application.place = state, place
    application.reserve_number, application.offered_until = reserve_number, offered_until
