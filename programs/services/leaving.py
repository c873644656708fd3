"""What hangs on a place, ended with it: sessions, consultations, a booth."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from center.models import User
from programs.models import (
    Application,
    ApplicationState,
    Booth,
    Consultation,
    ConsultationState,
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


def end_what_hangs(application: Application, *, now: dt.datetime, by: User | None) -> None:
    """Call off what is to come of its own and free the rooms and the booth; whoever counted on
    it is told. Part of a service that takes the place, before its step, under its locks."""
    if application.state != ApplicationState.SELECTED:
        return
    with translation.override("ko"):
        reason = _("The business does not take part any more.")
    for consultation in _to_come(application, now):
        consulting.call_off(consultation=consultation, reason=reason, by=by)
    own = application.sessions.filter(state=SessionState.PLANNED, starts__gt=now)
    for session in own.order_by("pk"):
        sessions.call_off(by=by, session=session, reason=reason)
    Booth.objects.filter(application=application).update(application=None)


def _to_come(application: Application, now: dt.datetime) -> list[Consultation]:
    """Those that have not begun; one that has still wants its report."""
    live = application.consultations.filter(state__in=ConsultationState.live)
    return list(live.filter(Q(session=None) | Q(session__starts__gt=now)).order_by("pk"))
