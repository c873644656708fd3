"""Who was there: noted by the participants themselves with the code of the screen, or by staff.

Nobody else writes attendance. What is noted after the round was closed is judged anew at once.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.services.members import refuse_own_business
from programs import attend_refusals as refusals
from programs import rolls
from programs.models import (
    Application,
    ApplicationState,
    Attendance,
    CoApplicant,
    NotedBy,
    Presence,
    Session,
    SessionState,
)
from programs.parties import Party, party_of
from programs.services import complete


def opens_at(session: Session) -> dt.datetime:
    """From when on participants may say that they are there; until the session's end."""
    return session.starts - dt.timedelta(minutes=settings.ATTENDANCE_OPENS_MINUTES)


@transaction.atomic
def arrive(*, session: Session, by: User, method: NotedBy) -> Attendance:
    """A participant says that he is there, by a code that the caller has checked. Twice
    changes nothing.

    Raises RuleViolation ``not_a_participant``, ``called_off``, ``too_early`` or ``too_late``.
    """
    party = who_comes(session, by)
    if party is None:
        raise RuleViolation(refusals.not_a_participant(session))
    application = _locked(party.application)
    session, now = Session.objects.get(pk=session.pk), clock.now()
    _refuse_unless_open(session, now)
    row = _noted(session, party)
    if row.pk is not None and row.mark == Presence.PRESENT:
        return row
    row.mark, row.minutes, row.method, row.reason = Presence.PRESENT, None, method, ""
    row.noted_at, row.noted_by = now, by
    row.save()
    complete.judge_again(application=application, by=by)
    return row


def who_comes(session: Session, user: User) -> Party | None:
    """The business for which a person takes part in a session, if he does."""
    rows = Application.objects.taking_part().with_user(user.pk).filter(program=session.program_id)
    if session.application_id:
        rows = rows.filter(pk=session.application_id)
    application = rows.select_related("merchant").order_by("pk").first()
    return party_of(application, user) if application else None


def _noted(session: Session, party: Party) -> Attendance:
    """What has been noted of a business, else a row to be written."""
    application, co_applicant = party.application, party.co_applicant
    rows = Attendance.objects.filter(session=session, application=application)
    row = rows.filter(co_applicant=co_applicant).first()
    return row or Attendance(session=session, application=application, co_applicant=co_applicant)


def _refuse_unless_open(session: Session, now: dt.datetime) -> None:
    if session.state == SessionState.CANCELLED:
        raise RuleViolation(refusals.called_off(session))
    if now < opens_at(session):
        raise RuleViolation(refusals.too_early(opens_at(session)))
    if now >= session.ends:
        raise RuleViolation(refusals.too_late(session.ends))


@transaction.atomic
def note(
    *,
    session: Session,
    application: Application,
    mark: Presence,
    by: User,
    minutes: int | None = None,
    reason: str = "",
    co_applicant: CoApplicant | None = None,
) -> Attendance:
    """Staff note who was there, how long if not throughout, or who is excused: the lead of an
    application, or ``co_applicant``.

    What has been noted before is corrected for a ``reason``, which stays in the history; the
    very same again changes nothing. Raises RuleViolation ``own_business``,
    ``not_a_participant``, ``called_off``, ``not_begun``, ``minutes_wrong`` or
    ``reason_needed``.
    """
    party = Party(application, co_applicant)
    refuse_own_business(party.merchant, by)
    application = _locked(application)
    session = Session.objects.get(pk=session.pk)
    _refuse_unless_notable(session, application, mark, minutes)
    minutes = None if minutes == session.minutes else minutes
    row = _noted(session, party)
    if row.pk is not None and (row.mark, row.minutes) == (mark, minutes):
        return row
    if row.pk is not None and not reason.strip():
        raise RuleViolation(refusals.reason_needed())
    row.mark, row.minutes, row.reason = mark, minutes, reason.strip()
    row.method, row.noted_at, row.noted_by = NotedBy.STAFF, clock.now(), by
    row.save()
    complete.judge_again(application=application, by=by)
    return row


def _refuse_unless_notable(
    session: Session, application: Application, mark: Presence, minutes: int | None
) -> None:
    takes_part = application.state in ApplicationState.taking_part
    meant = session.application_id in (None, application.pk)
    if not (takes_part and meant and application.program_id == session.program_id):
        raise RuleViolation(refusals.not_a_participant(session))
    if session.state == SessionState.CANCELLED:
        raise RuleViolation(refusals.called_off(session))
    if mark != Presence.EXCUSED and clock.now() < opens_at(session):
        raise RuleViolation(refusals.not_begun(opens_at(session)))
    if minutes is not None and (mark != Presence.PRESENT or not 1 <= minutes <= session.minutes):
        raise RuleViolation(refusals.minutes_wrong(session.minutes))


@transaction.atomic
def note_all(*, session: Session, by: User) -> int:
    """Everybody of whom nothing has been noted was there; how many those were. Businesses the
    member of staff belongs to are left for somebody else.

    Raises RuleViolation ``called_off`` or ``not_begun``.
    """
    noted = 0
    for line in rolls.roll_of(session):
        own = line.merchant.memberships.filter(user=by).exists()
        if line.noted is None and not own:
            note(
                session=session,
                application=line.party.application,
                co_applicant=line.party.co_applicant,
                mark=Presence.PRESENT,
                by=by,
            )
            noted += 1
    return noted


def _locked(application: Application) -> Application:
    """Its row alone: being there takes no place, so the program need not wait."""
    rows = Application.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("program", "merchant").get(pk=application.pk)
