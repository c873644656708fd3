"""What hangs on a place, ended with it: sessions, consultations, a booth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from center.models import User
from programs import messages
from programs.models import (
    Application,
    ApplicationState,
    Booth,
    Consultation,
    ConsultationState,
    Program,
    Session,
    SessionKind,
    SessionState,
)
from programs.services import consulting, sessions


def begun(application: Application, now: dt.datetime) -> Session | None:
    """The first session it has had of the place it took: from then on it has been supported,
    and the place cannot be given up any more. A rehearsal is none yet, nor a briefing where
    nobody counts who is there. 1 query for who has a place."""
    if application.state != ApplicationState.SELECTED:
        return None
    program, none_yet = application.program, {SessionKind.REHEARSAL}
    if not program.the_kind.has_sessions and program.absences_allowed is None:
        none_yet.add(SessionKind.BRIEFING)
    had = Session.objects.of_application(application).standing().filter(starts__lte=now)
    if application.decided_at is not None:  # what was before it came was not for it
        had = had.filter(ends__gt=application.decided_at)
    return had.exclude(kind__in=none_yet).order_by("starts", "pk").first()


@dataclass(frozen=True)
class GoesWith:
    """What giving up a place ends: own sessions to come, how many consultations that have no
    time yet, and the booth; nothing of an application without a place."""

    sessions: Sequence[Session] = ()
    asked: int = 0
    booth: Booth | None = None


def goes_with(application: Application, now: dt.datetime) -> GoesWith:
    """What ``end_what_hangs`` will end, said before. 3 queries for who has a place."""
    if application.state != ApplicationState.SELECTED:
        return GoesWith()
    return GoesWith(
        sessions=list(_own_to_come(application, now).order_by("starts", "pk")),
        asked=sum(row.session_id is None for row in _to_come(application, now)),
        booth=Booth.objects.filter(application=application).first(),
    )


def end_what_hangs(application: Application, *, now: dt.datetime, by: User | None) -> None:
    """Call off what is to come of its own and free the rooms and the booth; whoever counted on
    it is told. Part of a service that takes the place, before its step, under its locks."""
    if application.state != ApplicationState.SELECTED:
        return
    with translation.override("ko"):
        reason = _("The business does not take part any more.")
    for consultation in _to_come(application, now):
        consulting.call_off(consultation=consultation, reason=reason, by=by)
    for session in _own_to_come(application, now).order_by("pk"):
        sessions.call_off(by=by, session=session, reason=reason)
    Booth.objects.filter(application=application).update(application=None)


def _own_to_come(application: Application, now: dt.datetime) -> QuerySet[Session]:
    return application.sessions.filter(state=SessionState.PLANNED, starts__gt=now)


def _to_come(application: Application, now: dt.datetime) -> list[Consultation]:
    live = application.consultations.filter(state__in=ConsultationState.live)
    return list(live.filter(_not_begun(now)).order_by("pk"))


def end_consultations_of(program: Program, *, reason: str, now: dt.datetime) -> int:
    """Of a program that was called off with its sessions: none waits or counts any more, and
    consultants hear of theirs; how many. The businesses hear of the program itself."""
    of_it = Consultation.objects.filter(application__program=program)
    rows = of_it.select_for_update(no_key=True, of=("self",)).filter(_not_begun(now))
    found = rows.filter(state__in=ConsultationState.live).order_by("pk")
    told = list(found.select_related("merchant", "session", "consultant"))
    for row in told:
        row.state, row.cancelled_at = ConsultationState.CANCELLED, now
        row.cancel_reason = reason[:200]
        row.save(update_fields=["state", "cancelled_at", "cancel_reason"])
        if row.session is not None and row.consultant is not None:
            messages.consulting.taken_back(row, row.session, row.consultant)
    return len(told)


def _not_begun(now: dt.datetime) -> Q:
    """One that has begun still wants its report."""
    return Q(session=None) | Q(session__starts__gt=now)
