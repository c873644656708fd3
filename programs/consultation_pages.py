"""Consultations shaped for pages: of their business, their consultant and the staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from bookings.models import Resource
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from programs import consulting
from programs.models import (
    Application,
    ApplicationState,
    Consultation,
    ConsultationState,
    SessionKind,
    SessionState,
)
from programs.services import consulting as services

_STYLES = {
    ConsultationState.REQUESTED: "go",
    ConsultationState.ASSIGNED: "ok",
    ConsultationState.CLOSED: "ok",
    ConsultationState.CANCELLED: "",
}
_RELATED = ("application__program", "merchant", "session__booking__resource", "consultant")


@dataclass(frozen=True)
class Entry:
    """One consultation in a list. ``starts`` while it has a session that stands."""

    consultation: Consultation
    style: str
    starts: dt.datetime | None
    is_over: bool


def entry(row: Consultation, now: dt.datetime) -> Entry:
    session = row.session
    stands = session is not None and session.state != SessionState.CANCELLED
    return Entry(
        row,
        _STYLES[ConsultationState(row.state)],
        session.starts if session and stands else None,
        bool(session and stands and session.ends <= now),
    )


def of_business(user: User) -> QuerySet[Consultation]:
    """Those of the person's businesses, newest first."""
    return Consultation.objects.of_user(user.pk).select_related(*_RELATED)


def for_business(user: User, reference: str) -> Consultation:
    """One of them, or 404."""
    row = of_business(user).filter(reference=reference).prefetch_related("wishes").first()
    if row is None:
        raise Http404
    return row


def of_consultant(user: User) -> QuerySet[Consultation]:
    """A consultant's own: still to come or to be written up by time, then the closed."""
    rows = Consultation.objects.given_to(user.pk).exclude(
        Q(state=ConsultationState.ASSIGNED, session__state=SessionState.CANCELLED)
    )
    return rows.select_related(*_RELATED).order_by("state", "session__starts", "pk")


def for_consultant(user: User, reference: str) -> Consultation:
    """One of them, or 404."""
    row = of_consultant(user).filter(reference=reference).first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True)
class ConsultingPart:
    """What ``programs/_consulting.html`` shows on an application's page."""

    application: Application
    entries: Sequence[Entry]
    refusals: Sequence[Violation]

    @property
    def may_ask(self) -> bool:
        return not self.refusals


def part_of(application: Application) -> ConsultingPart | None:
    """Of an application with a place in a consulting program; None for all others. 4 queries."""
    has_place = application.state in ApplicationState.taking_part
    if not (application.program.the_kind.has_consulting and has_place):
        return None
    now = clock.now()
    rows = application.consultations.select_related(*_RELATED)
    return ConsultingPart(application, [entry(row, now) for row in rows], _refusals(application))


def _refusals(application: Application) -> Sequence[Violation]:
    try:
        services.refuse_unless_allowed(application, consulting.rules_on(clock.today()))
    except RuleViolation as refusal:
        return refusal.violations
    return ()


class Show(StrEnum):
    """What the desk lists."""

    WAITING = "waiting"
    ARRANGED = "arranged"
    LOG = "log"
    ALL = "all"

    @classmethod
    def of(cls, text: str) -> Show:
        return cls(text) if text in list(cls) else cls.WAITING


def for_staff(show: Show) -> QuerySet[Consultation]:
    """What waits the oldest first, what is arranged by time, all of them newest first."""
    rows = Consultation.objects.select_related(*_RELATED)
    match show:
        case Show.WAITING:
            return rows.waiting().order_by("requested_at", "pk")
        case Show.ARRANGED:
            return rows.arranged().filter(session__ends__gt=clock.now()).order_by("session__starts")
        case Show.LOG:
            return rows.arranged().filter(session__ends__lte=clock.now()).order_by("session__ends")
        case _:
            return rows.order_by(F("requested_at").desc(), "-pk")


def counts() -> dict[str, int]:
    """How many wait, are arranged, and lack their log. 1 query."""
    arranged = Q(state=ConsultationState.ASSIGNED) & ~Q(session__state=SessionState.CANCELLED)
    stranded = Q(state=ConsultationState.ASSIGNED, session__state=SessionState.CANCELLED)
    now = clock.now()
    return Consultation.objects.aggregate(
        waiting=Count("pk", filter=Q(state=ConsultationState.REQUESTED) | stranded),
        arranged=Count("pk", filter=arranged & Q(session__ends__gt=now)),
        log=Count("pk", filter=arranged & Q(session__ends__lte=now)),
    )


def usual_room() -> Resource | None:
    """That of the consultation arranged last among those that have one and it is still let.
    1 query."""
    rooms = Resource.objects.active().spaces()
    had = rooms.filter(bookings__session__kind=SessionKind.CONSULTATION)
    return had.order_by("-bookings__session__pk").first()
