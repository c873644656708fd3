"""When and where a program takes place: planning, moving, calling off.

Nobody else writes sessions. Their rooms and equipment are bookings of the house's own, taken
and given back by the booking services in the same transaction, so that a session never stands
without the room it names. The database alone makes sure that no consultant and no business is
in two sessions at once; who would be is named before it has to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from bookings.house import Span
from bookings.intervals import Interval
from bookings.locking import reserving
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from programs import messages
from programs import session_refusals as refusals
from programs.locking import lock_application, lock_program
from programs.models import (
    Application,
    Program,
    ProgramState,
    Session,
    SessionKind,
    SessionState,
)
from programs.services import rooms
from programs.services.rooms import Room
from programs.services.session_rules import refuse_unless_possible

#: so many sessions are planned at once at most
MOST_AT_ONCE = 40
_PLANNABLE = frozenset({ProgramState.DRAFT}) | ProgramState.running
_NEVER = (
    "session_consultant_not_twice",
    "session_merchant_not_twice",
    "session_consultant_present",
)


@dataclass(frozen=True)
class Meeting:
    """What a session is, apart from when and in which room of the house."""

    kind: SessionKind
    title: str
    place_text: str = ""
    online_link: str = ""
    instructor: str = ""
    consultant: User | None = None
    capacity: int | None = None
    materials: str = ""


@dataclass
class Planned:
    """What came of planning several dates: the sessions, and the dates that could not be had
    with what stood against each."""

    sessions: list[Session] = field(default_factory=list)
    refused: list[tuple[Span, Sequence[Violation]]] = field(default_factory=list)


@reserving
def plan(
    *,
    by: User,
    program: Program,
    meeting: Meeting,
    starts: dt.datetime,
    ends: dt.datetime,
    room: Room | None = None,
    application: Application | None = None,
    override: str = "",
    tells: bool = True,
) -> Session:
    """Plan one session, for all of the program or for one ``application``, and tell those who
    take part (``tells``: else the caller does). The very same twice gives the one there is.

    A ``room`` must be free and the house open; ``override`` is the reason for which staff use
    it outside the hours. Without a room of the house it may also lie in the past. Raises
    RuleViolation ``program_over``, ``ends_before_start``, ``consultant_absent``,
    ``consultant_busy``, ``business_busy``, or what refuses the room, as ``slot_taken``,
    ``too_many_people``, ``outside_hours`` or ``past``.
    """
    _lock_to_plan(program, application)
    session = _plan(by, program, meeting, Interval(starts, ends), room, application, override)
    if tells:
        messages.sessions.planned([session])
    return session


@reserving
def plan_many(
    *,
    by: User,
    program: Program,
    meeting: Meeting,
    spans: Sequence[Span],
    room: Room | None = None,
    override: str = "",
) -> Planned:
    """Plan a session for each of ``spans``, as many as can be had; those that cannot are in
    the answer with the reasons, and those who take part are told once of all others.

    Raises RuleViolation ``program_over``, ``no_dates`` or ``too_many_dates``.
    """
    if not spans:
        raise RuleViolation(refusals.no_dates())
    if len(spans) > MOST_AT_ONCE:
        raise RuleViolation(refusals.too_many_dates(MOST_AT_ONCE))
    _lock_to_plan(program, None)
    planned = Planned()
    for span in spans:
        try:
            with transaction.atomic():
                made = _plan(by, program, meeting, span, room, None, override)
        except RuleViolation as refusal:
            planned.refused.append((span, refusal.violations))
        else:
            planned.sessions.append(made)
    messages.sessions.planned(planned.sessions)
    return planned


def _lock_to_plan(program: Program, application: Application | None) -> None:
    state = lock_program(program.pk).state
    if application is not None:
        lock_application(application.pk)
    if state not in _PLANNABLE:
        raise RuleViolation(refusals.program_over(str(ProgramState(state).label)))


def _plan(
    by: User,
    program: Program,
    meeting: Meeting,
    span: Span,
    room: Room | None,
    application: Application | None,
    override: str,
) -> Session:
    session = Session(program=program, application=application, **vars(meeting))
    session.merchant = application.merchant if application else None
    session.starts, session.ends = span
    if (same := _same(session)) is not None:
        return same
    refuse_unless_possible(session)
    if room is not None:
        session.booking = rooms.book(session, room, by=by, override=override)
    _save(session)
    return session


def _same(session: Session) -> Session | None:
    """The very same session, planned before: a form sent twice."""
    names = ("program", "application", "title", "kind", "starts", "ends")
    same = {name: getattr(session, name) for name in names}
    return Session.objects.filter(**same, state=SessionState.PLANNED).first()


def _save(session: Session) -> None:
    """Exclusion constraints and a trigger have the last word about who is where."""
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as error:
        if any(name in str(error) for name in _NEVER):
            raise RuleViolation(refusals.somebody_busy()) from error
        raise


@reserving
def move(
    *,
    by: User,
    session: Session,
    starts: dt.datetime,
    ends: dt.datetime,
    room: Room | None = None,
    override: str = "",
) -> Session:
    """Another time, or another ``room`` (None: none of the house), for a planned session;
    ``rooms.room_of`` gives the one it has. The old room is kept unless the new one is certain.

    Those who take part are told of another time or place. Raises RuleViolation
    ``session_not_planned`` and what ``plan`` raises.
    """
    session = _locked(session)
    _refuse_unless_planned(session)
    was = messages.sessions.Spot.of(session)
    session.starts, session.ends = starts, ends
    refuse_unless_possible(session)
    session.booking = rooms.change(session, room, by=by, override=override)
    now_at = messages.sessions.Spot.of(session)
    session.sequence += was != now_at
    _save(session)
    if was != now_at:
        messages.sessions.moved(session, was=was)
    return session


@transaction.atomic
def change_details(*, session: Session, meeting: Meeting) -> Session:
    """Other words, people or links of a session; time and room stay. Nobody is told, the
    pages show it. Raises RuleViolation ``session_not_planned`` or ``consultant_busy``."""
    session = _locked(session)
    _refuse_unless_planned(session)
    for name, value in vars(meeting).items():
        setattr(session, name, value)
    refuse_unless_possible(session)
    _save(session)
    return session


@reserving
def change(
    *,
    by: User,
    session: Session,
    meeting: Meeting,
    starts: dt.datetime,
    ends: dt.datetime,
    room: Room | None,
    override: str = "",
) -> Session:
    """Both at once, all or nothing: ``change_details``, then ``move``."""
    session = change_details(session=session, meeting=meeting)
    return move(by=by, session=session, starts=starts, ends=ends, room=room, override=override)


@transaction.atomic
def call_off(*, by: User | None, session: Session, reason: str) -> Session:
    """Call a session off for a ``reason`` that those who take part are told; its room is free
    again, unless its use has begun. Twice changes nothing.

    Raises RuleViolation ``reason_needed``, or ``session_not_planned`` for one that was held.
    """
    session = _locked(session)
    if session.state == SessionState.CANCELLED:
        return session
    _refuse_unless_planned(session)
    if not reason.strip():
        raise RuleViolation(refusals.needs_reason())
    _cancel(session, reason.strip(), by)
    messages.sessions.called_off(session)
    return session


@transaction.atomic
def call_off_all(*, by: User, program: Program, reason: str) -> int:
    """Every planned session of a program that does not take place; how many. Nobody is told of
    each of them: who calls the program off tells of that. ``reason`` must not be empty."""
    lock_program(program.pk)
    rows = Session.objects.select_for_update(no_key=True, of=("self",))
    planned = rows.filter(program=program, state=SessionState.PLANNED).order_by("pk")
    for session in (found := list(planned.select_related("program", "booking__resource"))):
        _cancel(session, reason.strip()[:200], by)
        messages.sessions.call_off_reminders(session, of=session.starts)
    return len(found)


def _cancel(session: Session, reason: str, by: User | None) -> None:
    rooms.give_back(session, by=by)
    session.state, session.reason = SessionState.CANCELLED, reason
    session.cancelled_at = clock.now()
    session.sequence += 1
    session.save(update_fields=["state", "reason", "cancelled_at", "sequence"])


def hold_ended(*, now: dt.datetime) -> int:
    """Planned sessions that are over have taken place; how many. Safe to run twice."""
    over = Session.objects.filter(state=SessionState.PLANNED, ends__lte=now)
    return over.update(state=SessionState.HELD)


def _locked(session: Session) -> Session:
    """The row alone, locked and fresh, after its program's."""
    lock_program(session.program_id)
    rows = Session.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related(
        "program", "application", "merchant", "consultant", "booking__resource"
    ).get(pk=session.pk)


def _refuse_unless_planned(session: Session) -> None:
    if session.state != SessionState.PLANNED:
        raise RuleViolation(refusals.not_planned(str(SessionState(session.state).label)))
