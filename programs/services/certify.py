"""Issuing papers and declaring them void. Nobody else writes certificates."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import attend_refusals as refusals
from programs import completion, messages, rolls
from programs.models import (
    Application,
    ApplicationState,
    Certificate,
    CoApplicant,
    PaperKind,
    Session,
)
from programs.models.certificates import new_number
from programs.parties import Party, refuse_own


@transaction.atomic
def issue(
    *,
    application: Application,
    kind: PaperKind,
    by: User | None = None,
    co_applicant: CoApplicant | None = None,
) -> Certificate:
    """The valid paper of this kind for the lead of an application, or for ``co_applicant``; made
    now, with everything on it as it stands, if there is none. The business is told of a new
    one. ``by`` is None for the clock.

    Raises RuleViolation ``not_completed_yet``, ``took_no_part`` or ``own_business``.
    """
    if by is not None:
        refuse_own(application, by)
    return issue_as_judged(application=application, kind=kind, co_applicant=co_applicant)


def issue_as_judged(
    *, application: Application, kind: PaperKind, co_applicant: CoApplicant | None = None
) -> Certificate:
    """The same as a round is judged by its rule, in the transaction of that: nobody decides
    about one business then."""
    rows = Application.objects.select_for_update(no_key=True, of=("self",))
    application = rows.select_related("program", "merchant").get(pk=application.pk)
    party = Party(application, co_applicant)
    has = papers_of(party).filter(kind=kind, voided_at=None).first()
    if has is not None:
        return has
    _refuse_unless_earned(party, kind)
    made = _made(party, kind)
    made.save(force_insert=True)
    messages.sessions.certificate_ready(made, party)
    return made


def papers_of(party: Party) -> QuerySet[Certificate]:
    """Of one business, void ones as well."""
    return party.application.certificates.filter(co_applicant=party.co_applicant)


def _refuse_unless_earned(party: Party, kind: PaperKind) -> None:
    """Completion once judged so. Participation for who took a place, once the program or his
    part of it is over, and who came at least once where attendance is kept."""
    application = party.application
    if kind == PaperKind.COMPLETION:
        if not _has_completed(party):
            raise RuleViolation(refusals.not_completed_yet())
        return
    if application.state not in ApplicationState.taking_part:
        raise RuleViolation(refusals.took_no_part())
    now, last_day = clock.now(), span_of(application)[1]
    sessions = Session.objects.standing().of_application(application)
    is_over = last_day <= clock.today() and not sessions.filter(ends__gt=now).exists()
    stands = rolls.standing_of(party, now)
    never_came = application.program.the_kind.has_sessions and stands.held and not stands.attended
    if not is_over or never_came:
        raise RuleViolation(refusals.took_no_part())


def _has_completed(party: Party) -> bool:
    """The lead by its state; a partner, once its lead is judged, by its own hours."""
    application = party.application
    if party.co_applicant is None:
        return application.state == ApplicationState.COMPLETED
    stands = rolls.standing_of(party, clock.now())
    percent = application.program.completion_percent
    return application.state in ApplicationState.judged and completion.is_completed(stands, percent)


def span_of(application: Application) -> tuple[dt.date, dt.date]:
    """The first and last day of the program for one business: of its standing sessions, else
    as the call says, else the day it was handed in."""
    sessions = Session.objects.standing().of_application(application).order_by("starts")
    days = [clock.day_of(starts) for starts in sessions.values_list("starts", flat=True)]
    if days:
        return days[0], days[-1]
    program = application.program
    applied = clock.day_of(application.submitted_at or clock.now())
    first = program.runs_from or applied
    return first, max(first, program.runs_until or first)


def _made(party: Party, kind: PaperKind) -> Certificate:
    number, application = new_number(), party.application
    first, last = span_of(application)
    stands = rolls.standing_of(party, clock.now())
    return Certificate(
        application=application,
        co_applicant=party.co_applicant,
        kind=kind,
        number=number,
        business=party.merchant.name,
        person=party.merchant.representative,
        program=application.program.title,
        first_day=first,
        last_day=last,
        minutes=stands.held,
        attended=stands.attended,
        issuer=settings.CENTER_NAME,
        address=f"{settings.SITE_URL}{reverse('certificate', args=[number])}",
    )


@transaction.atomic
def void(*, certificate: Certificate, reason: str, by: User | None) -> Certificate:
    """Declare a paper void for a ``reason``, which the page that checks numbers does not show.
    Twice changes nothing. Raises RuleViolation ``reason_needed`` or ``own_business``."""
    if by is not None:
        refuse_own(certificate.application, by)
    return void_as_judged(certificate=certificate, reason=reason, by=by)


def void_as_judged(*, certificate: Certificate, reason: str, by: User | None) -> Certificate:
    """The same as a round is judged by its rule, in the transaction of that."""
    if not reason.strip():
        raise RuleViolation(refusals.reason_needed())
    row = Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
    if row.voided_at is None:
        row.voided_at, row.voided_by, row.void_reason = clock.now(), by, reason.strip()
        row.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return row
