"""Asking for a consultation, and giving it to a consultant.

The limit of a year is certain under the lock of the business's row (of each business of a joint
application, by id); that nobody and no room is in two sessions at once is made sure by the
sessions' own service and the constraints below it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation

from bookings import house
from bookings.intervals import Interval
from bookings.locking import reserving
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from programs import consulting, messages
from programs import consulting_refusals as refusals
from programs.locking import lock_application, lock_parties
from programs.models import (
    WISHES,
    Application,
    ApplicationState,
    Consultant,
    Consultation,
    ConsultationState,
    ConsultationWay,
    ConsultationWish,
    ConsultingField,
    Program,
    ProgramState,
    SessionKind,
    SessionState,
)
from programs.parties import belongs_to, parties_of, refuse_own
from programs.services import sessions
from programs.services.rooms import Room

#: the consultant and one of the business
PEOPLE = 2
_MINUTE = dt.timedelta(minutes=1)
#: the form's names of the wished times, for refusals
WISH_FIELDS = ("first", "second", "third")


@dataclass(frozen=True)
class Place:
    """Where a consultation takes place: a room of the house, in words, or a link."""

    room: Room | None = None
    text: str = ""
    online_link: str = ""

    def __bool__(self) -> bool:
        return bool(self.room or self.text or self.online_link)


@transaction.atomic
def request(
    *,
    application: Application,
    by: User,
    field: ConsultingField,
    way: ConsultationWay,
    question: str,
    wishes: Sequence[dt.datetime],
) -> Consultation:
    """Ask for a consultation at one of three times.

    Raises RuleViolation ``no_consulting``, ``consultation_open``, ``consultations_used_up``,
    ``wishes_alike``, ``wish_too_soon`` or ``wish_too_far``; ValueError for other than three.
    """
    if len(wishes) != WISHES:
        raise ValueError(f"three times are wished for, not {len(wishes)}")
    lock_parties(application)
    application = lock_application(application.pk)
    rules = consulting.rules_on(clock.today())
    refuse_unless_allowed(application, rules)
    if found := _against(wishes, rules):
        raise RuleViolation(*found)
    what = {"field": field, "way": way, "question": question}
    made = Consultation.objects.create(
        application=application, merchant=application.merchant, requested_by=by, **what
    )
    _wish(made, wishes, rules)
    messages.consulting.received(made)
    return made


def _wish(made: Consultation, wishes: Sequence[dt.datetime], rules: consulting.Rules) -> None:
    length = rules.minutes * _MINUTE
    ConsultationWish.objects.bulk_create(
        ConsultationWish(consultation=made, position=n, starts=starts, ends=starts + length)
        for n, starts in enumerate(wishes, 1)
    )


def refuse_unless_allowed(application: Application, rules: consulting.Rules) -> None:
    """The one check behind the button and the act: place, one at a time, limit of the year."""
    program: Program = application.program
    runs = program.state in {*ProgramState.running, ProgramState.FINISHED}
    has_place = application.state in ApplicationState.taking_part
    if not (program.the_kind.has_consulting and runs and has_place):
        raise RuleViolation(refusals.no_consulting())
    of_business = Consultation.objects.filter(merchant=application.merchant_id)
    if of_business.filter(application=application, state__in=ConsultationState.live).exists():
        raise RuleViolation(refusals.one_is_open())
    _refuse_if_used_up(application, rules.per_year)


def _refuse_if_used_up(application: Application, limit: int) -> None:
    """The limit holds for each business of a joint application; the lead learns of its own
    alone what counted."""
    year, parties = clock.today().year, parties_of([application])
    used = consulting.used_in(year, [party.merchant_id for party in parties])
    for party in parties:
        if used[party.merchant_id] >= limit:
            if party.co_applicant:
                raise RuleViolation(refusals.partner_used_up(limit))
            together = consulting.programs_together(year, party.merchant_id)
            raise RuleViolation(refusals.used_up(limit, year, together))


def first_day(rules: consulting.Rules) -> dt.date:
    """The earliest day that can be wished for today."""
    return house.current().business_days.add(clock.today(), rules.notice_days)


def last_day() -> dt.date:
    """The latest day that can be wished for today."""
    return clock.today() + consulting.HORIZON_DAYS * clock.DAY


def _against(wishes: Sequence[dt.datetime], rules: consulting.Rules) -> list[Violation]:
    if len(set(wishes)) < len(wishes):
        return [refusals.wishes_alike()]
    first, last = first_day(rules), last_day()
    found = []
    for name, wish in zip(WISH_FIELDS, wishes, strict=True):
        if clock.day_of(wish) < first:
            found.append(refusals.too_soon(first, name))
        elif clock.day_of(wish) > last:
            found.append(refusals.too_far(last, name))
    return found


@reserving
def assign(
    *,
    consultation: Consultation,
    consultant: Consultant,
    starts: dt.datetime,
    place: Place,
    by: User,
    override: str = "",
) -> Consultation:
    """Give a consultation to a consultant at a time, with its room, in one transaction.

    ``override``: as in ``sessions.plan``, for a room outside the hours. Raises RuleViolation
    ``consultation_not_waiting``, ``not_a_consultant``, ``consultant_of_the_business``,
    ``consultant_not_at_work``, ``place_needed``, ``own_business``, or what stands against the
    session: ``consultant_absent``, ``consultant_busy``, ``business_busy``, ``slot_taken``…
    """
    application = lock_application(consultation.application_id)
    refuse_own(application, by)
    consultation = locked(consultation.pk)
    if not Consultation.objects.waiting().filter(pk=consultation.pk).exists():
        raise RuleViolation(refusals.not_waiting(consultation.get_state_display()))
    span = Interval(starts, starts + consulting.rules_on(clock.today()).minutes * _MINUTE)
    consultant = lock_consultant(consultant.pk)
    _refuse_unless_possible(consultation, consultant, span)
    if not place:
        raise RuleViolation(refusals.place_needed())
    session = sessions.plan(
        by=by,
        program=application.program,
        meeting=_meeting(consultation, consultant, place),
        starts=span.start,
        ends=span.end,
        room=place.room,
        application=application,
        override=override,
    )
    _arrange(consultation, session_id=session.pk, consultant=consultant, by=by)
    messages.consulting.given(consultation, session, consultant.user)
    return consultation


def _arrange(
    consultation: Consultation, *, session_id: int, consultant: Consultant, by: User
) -> None:
    consultation.state = ConsultationState.ASSIGNED
    consultation.session_id, consultation.consultant = session_id, consultant.user
    consultation.assigned_at, consultation.assigned_by = clock.now(), by
    consultation.save(
        update_fields=["state", "session", "consultant", "assigned_at", "assigned_by"]
    )


def locked(pk: int) -> Consultation:
    """The row alone, locked and fresh; after its application's."""
    rows = Consultation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("merchant", "session", "consultant").get(pk=pk)


def lock_consultant(pk: int) -> Consultant:
    """His row, locked: whoever gives him the next session sees the last one."""
    return Consultant.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)


def _refuse_unless_possible(
    consultation: Consultation, consultant: Consultant, span: Interval[dt.datetime]
) -> None:
    name = consultant.user.name
    if not (consultant.is_active and consultant.user.is_active):
        raise RuleViolation(refusals.not_a_consultant())
    if belongs_to(consultation.application, consultant.user):
        raise RuleViolation(refusals.own_business(name))
    if not consulting.works_at(consulting.hours_of(consultant.hours.all()), span):
        raise RuleViolation(refusals.not_at_work(name))


@translation.override("ko")
def _meeting(consultation: Consultation, consultant: Consultant, place: Place) -> sessions.Meeting:
    """Its title is kept: the field and the consultant, so that the session's message says both."""
    return sessions.Meeting(
        kind=SessionKind.CONSULTATION,
        title=f"{consultation.get_field_display()} – {consultant.user.name}",
        place_text=place.text,
        online_link=place.online_link,
        consultant=consultant.user,
        capacity=PEOPLE,
    )


@transaction.atomic
def take_back(*, consultation: Consultation, reason: str, by: User) -> Consultation:
    """Call its session off, so that it waits to be arranged anew. Raises RuleViolation
    ``consultation_not_waiting`` for one that is not arranged, ``reason_needed``,
    ``consultation_begun`` or ``own_business``."""
    refuse_own(lock_application(consultation.application_id), by)
    consultation = locked(consultation.pk)
    if consultation.state != ConsultationState.ASSIGNED:
        raise RuleViolation(refusals.not_waiting(consultation.get_state_display()))
    _call_session_off(consultation, reason, by)
    consultation.state = ConsultationState.REQUESTED
    consultation.session = consultation.consultant = None
    consultation.save(update_fields=["state", "session", "consultant"])
    return consultation


@transaction.atomic
def call_off(
    *, consultation: Consultation, reason: str, by: User | None, by_staff: bool = False
) -> Consultation:
    """Give it up: the business before it begins, staff too, each for a reason. Twice changes
    nothing. It does not count toward the limit of the year any more.

    Raises RuleViolation ``reason_needed``, ``consultation_begun`` or ``own_business``.
    """
    application = lock_application(consultation.application_id)
    consultation = locked(consultation.pk)
    if consultation.state == ConsultationState.CANCELLED:
        return consultation
    if by_staff and by is not None:
        refuse_own(application, by)
    if consultation.state not in ConsultationState.live:
        raise RuleViolation(refusals.cannot_be_called_off())
    if not reason.strip():
        raise RuleViolation(refusals.reason_needed())
    if consultation.session is not None:
        _call_session_off(consultation, reason, by)
    consultation.state = ConsultationState.CANCELLED
    consultation.cancelled_at, consultation.cancel_reason = clock.now(), reason.strip()
    consultation.save(update_fields=["state", "cancelled_at", "cancel_reason"])
    if consultation.session is None:
        messages.consulting.called_off(consultation)
    return consultation


def _call_session_off(consultation: Consultation, reason: str, by: User | None) -> None:
    """With its room; the session's own message tells the business, this the consultant."""
    session, consultant = consultation.session, consultation.consultant
    assert session is not None
    assert consultant is not None
    if not reason.strip():
        raise RuleViolation(refusals.reason_needed())
    if session.state == SessionState.CANCELLED:
        return
    if session.starts <= clock.now():
        raise RuleViolation(refusals.cannot_be_called_off())
    session = sessions.call_off(by=by, session=session, reason=reason)
    messages.consulting.taken_back(consultation, session, consultant)
