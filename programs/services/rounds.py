"""The sessions of the last round, planned anew for a call that was copied from it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import QuerySet

from bookings.intervals import Interval
from bookings.locking import reserving
from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import messages
from programs.models import Material, Program, Session, SessionKind
from programs.services import material_copies, sessions
from programs.services.material_copies import Copies
from programs.services.rooms import room_before
from programs.services.sessions import Meeting, Planned

_WEEK = 7 * clock.DAY


class TakenOver(NamedTuple):
    """What became of the sessions, and the files of them that could not be read or were more
    than are copied at once."""

    planned: Planned
    lost: list[Material]
    beyond: list[Material]


def sessions_before(program: Program) -> QuerySet[Session]:
    """Those of the round a call was copied from that were for all of it; none where it was not
    copied, or has sessions of its own already."""
    rows = Session.objects.standing().filter(program=program.copied_from_id, application=None)
    if program.copied_from_id is None or program.sessions.standing().exists():
        return Session.objects.none()
    return rows.select_related("booking__resource", "consultant").order_by("starts", "pk")


def weeks_between(before: dt.datetime, after: dt.datetime) -> dt.timedelta:
    """From one opening to another, rounded up to whole weeks: a Tuesday stays a Tuesday."""
    days = (clock.day_of(after) - clock.day_of(before)).days
    return -(-days // 7) * _WEEK


def take_over(*, program: Program, shift: dt.timedelta, by: User, with_files: bool) -> TakenOver:
    """``repeat``, if wanted with copies of the files that were given out last time. Raises
    RuleViolation as ``store.save`` where they cannot be kept; nothing is planned then."""
    copies = material_copies.store_again(sessions_before(program)) if with_files else Copies()
    try:
        planned = repeat(program=program, shift=shift, by=by, copies=copies)
        return TakenOver(planned, copies.lost, copies.beyond)
    finally:
        material_copies.discard_unused(copies)


@reserving
def repeat(*, program: Program, shift: dt.timedelta, by: User, copies: Copies) -> Planned:
    """Plan each session of the last round again, ``shift`` later, in the room it had. One that
    cannot be had (the room is taken, the house closed, the time past) is in the answer with the
    reason and is planned by hand. Each gets the ``copies`` of its files. Twice plans nothing
    twice.

    All of them in one transaction; those who take part are told once of all.
    """
    planned = Planned()
    for session in list(sessions_before(program)):
        span = Interval(session.starts + shift, session.ends + shift)
        try:
            made = sessions.plan(
                by=by,
                program=program,
                meeting=_meeting(session),
                starts=span.start,
                ends=span.end,
                room=room_before(session),
                tells=False,
            )
        except RuleViolation as refusal:
            planned.refused.append((span, refusal.violations))
        else:
            planned.sessions.append(made)
            material_copies.hand_over(copies, before=session, session=made, by=by)
    messages.sessions.planned(planned.sessions)
    return planned


def _meeting(session: Session) -> Meeting:
    """What it was, without the consultant: his time was that of the last round."""
    names = ("title", "place_text", "online_link", "instructor", "capacity", "materials")
    return Meeting(
        kind=SessionKind(session.kind), **{name: getattr(session, name) for name in names}
    )
