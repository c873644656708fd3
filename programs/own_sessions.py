"""A business's own sessions, attendance and papers, shaped for its pages and its calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Allocation
from center import display
from center.models import User
from merchants.models import Merchant
from programs import barring, completion, rolls
from programs.barring import Bar
from programs.completion import Standing
from programs.models import (
    Application,
    ApplicationState,
    Attendance,
    Certificate,
    CoApplicant,
    Material,
    Presence,
    Session,
    SessionKind,
    SessionState,
)
from programs.models.applications import ApplicationQuerySet
from programs.models.sessions import SessionQuerySet
from programs.parties import Party


@dataclass(frozen=True)
class OwnSession:
    """A session as somebody reads it who takes part in it."""

    session: Session
    place: str
    word: str
    style: str
    note: str = ""
    is_over: bool = False
    files: Sequence[Material] = ()


@dataclass(frozen=True)
class Own:
    """Everything a business has of its program besides the application itself."""

    rows: Sequence[OwnSession]
    stands: Standing
    needed: int
    minutes_missing: int
    papers: Sequence[Certificate]
    bar: Bar | None
    by_sessions: bool
    #: where the papers are downloaded
    papers_at: str

    @property
    def is_counted(self) -> bool:
        """Whether attendance leads to something here."""
        return self.by_sessions and self.stands.held > 0

    @property
    def is_noted(self) -> bool:
        """Whether there is a session at which one says that one is there: not for what is
        between one business and the house, a consultation or a broadcast."""
        return any(row.session.kind in SessionKind.attended for row in self.rows)

    @property
    def held(self) -> str:
        return display.length(self.stands.held)

    @property
    def attended(self) -> str:
        return display.length(self.stands.attended)


def own_of(
    application: Application, now: dt.datetime, co_applicant: CoApplicant | None = None
) -> Own | None:
    """For who has a place, the lead or a business that applied together with it, else None.
    6 queries, 1 more where absences are limited."""
    if application.state not in ApplicationState.placed:
        return None
    program, party = application.program, Party(application, co_applicant)
    is_taking_part = application.state in ApplicationState.taking_part  # no offer that is open
    files = Material.objects.given_out() if is_taking_part else Material.objects.none()
    whole = with_places(Session.objects.of_application(application))
    sessions = list(whole.prefetch_related(Prefetch("files", files)))
    of_it = application.attendance.filter(co_applicant=co_applicant)
    noted = {row.session_id: row for row in of_it}
    parts = [
        rolls.part_of(session, noted.get(session.pk), now)
        for session in sessions
        if session.kind in SessionKind.attended and session.state != SessionState.CANCELLED
    ]
    stands = completion.standing(parts)
    is_barred = completion.is_barred(stands, program.absences_allowed)
    return Own(
        rows=[_row(session, noted.get(session.pk), now) for session in sessions],
        stands=stands,
        needed=program.completion_percent,
        minutes_missing=completion.minutes_missing(stands, program.completion_percent),
        papers=list(valid_papers_of(party).order_by("kind")),
        bar=barring.bar_after(application, co_applicant) if is_barred else None,
        by_sessions=program.the_kind.has_sessions,
        papers_at=reverse("joint_certificate", args=[co_applicant.pk])
        if co_applicant
        else reverse("application_certificate", args=[application.receipt]),
    )


def valid_papers_of(party: Party) -> QuerySet[Certificate]:
    """The valid papers of one business."""
    rows = party.application.certificates.filter(co_applicant=party.co_applicant)
    return rows.filter(voided_at=None)


def with_places(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """With what ``place_of`` needs. 2 queries."""
    units = Prefetch("booking__allocations", Allocation.objects.select_related("unit"))
    rows = sessions.select_related("booking__resource").prefetch_related(units)
    return rows.order_by("starts", "pk")


def place_of(session: Session) -> str:
    """Where it is, in the language of the reader: the room with its unit, a place outside the
    house, or online. The session comes from ``with_places``."""
    booking = session.booking
    if booking is not None and session.state != SessionState.CANCELLED:
        units = [a.unit for a in booking.allocations.all()]
        names = [unit.name for unit in units if unit.resource_id == booking.resource_id]
        return " ".join([booking.resource.display_name, *names[:1]])
    return session.place_text or (_("Online") if session.online_link else "")


_MARKS = {
    Presence.PRESENT: (gettext_lazy("Present"), "ok"),
    Presence.ABSENT: (gettext_lazy("Absent"), "no"),
    Presence.EXCUSED: (gettext_lazy("Excused"), "warn"),
}


def _row(session: Session, noted: Attendance | None, now: dt.datetime) -> OwnSession:
    word, style = _standing(session, noted, now)
    note = ""
    if session.state == SessionState.CANCELLED:
        note = session.reason
    elif noted is not None and noted.mark == Presence.PRESENT and noted.minutes is not None:
        note = _("%(length)s noted") % {"length": display.length(noted.minutes)}
    files, is_over = list(session.files.all()), session.ends <= now
    return OwnSession(session, place_of(session), str(word), style, note, is_over, files)


def _standing(session: Session, noted: Attendance | None, now: dt.datetime) -> tuple[object, str]:
    if session.state == SessionState.CANCELLED:
        return session.get_state_display(), ""
    if session.kind not in SessionKind.attended:
        return (_("Over"), "") if session.ends <= now else (session.get_state_display(), "go")
    if noted is not None:
        return _MARKS[Presence(noted.mark)]
    if session.ends <= now:
        return _MARKS[Presence.ABSENT]
    return (_("Now"), "go") if session.starts <= now else (session.get_state_display(), "go")


def of_user(user: User) -> SessionQuerySet:
    """The sessions a person takes part in with any of his businesses, alone or together with a
    lead, those called off too."""
    return of_applications(Application.objects.taking_part().with_user(user.pk))


def of_applications(mine: ApplicationQuerySet) -> SessionQuerySet:
    """The sessions that are for these applications, alone or among others."""
    taking = mine.filter(program=OuterRef("program"))
    own = Q(application=None) & Exists(taking) | Q(application__in=mine)
    return Session.objects.filter(own)


def open_now(user: User, now: dt.datetime) -> list[Session]:
    """His sessions whose attendance can be noted now. 1 query."""
    opens = dt.timedelta(minutes=settings.ATTENDANCE_OPENS_MINUTES)
    rows = of_user(user).attended().filter(starts__lte=now + opens, ends__gt=now)
    return list(rows.select_related("program").order_by("starts", "pk"))


def present_of(user: User, sessions: Sequence[Session]) -> set[int]:
    """Of sessions those where a business of the person was noted as present. 1 query."""
    rows = Attendance.objects.filter(session__in=sessions, mark=Presence.PRESENT)
    own = Q(co_applicant=None, application__merchant__memberships__user=user)
    mine = rows.filter(own | Q(co_applicant__merchant__memberships__user=user))
    return set(mine.values_list("session_id", flat=True))


def for_calendar(
    user: User, since: dt.datetime, merchant: Merchant | None = None
) -> QuerySet[Session]:
    """For the person's calendar, or that of one of his businesses: the sessions that end after
    ``since``; those called off as well, so that they go from it. Each has ``receipt``, the
    number of the application he takes part with, its program, and what ``place_of`` needs;
    ``sequence`` grows with each change. 2 queries."""
    mine = Application.objects.taking_part().with_user(user.pk)
    if merchant is not None:
        mine = mine.with_business(merchant.pk)
    with_it = mine.filter(program=OuterRef("program")).order_by("pk")
    rows = of_applications(mine).filter(ends__gt=since).select_related("program")
    return with_places(rows.annotate(receipt=Subquery(with_it.values("receipt")[:1])))
