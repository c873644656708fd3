"""What becomes of a session, told to those who take part in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.models import Unit
from center import clock
from center.models import User
from center.notifications.kinds import ForReader, Kind, Text, Value, register
from center.notifications.services import Addressee, cancel_all, queue, queue_each
from merchants.models import Membership
from programs import rolls
from programs.messages.people import title_of
from programs.models import Certificate, Session
from programs.parties import Party

_MOMENT = dt.datetime(2026, 12, 3, 14, tzinfo=clock.KST)
_HOUR = dt.timedelta(hours=1)
#: what every message about a session names
FACTS: dict[str, Value] = {
    "program": "스마트스토어 첫걸음",
    "session": "2회차: 상세페이지",
    "place": "컨퍼런스룸 1",
    "starts": _MOMENT,
    "ends": _MOMENT + 2 * _HOUR,
}
PLANNED = register(
    Kind("programs.session_planned", name=_("Session planned"), example={**FACTS, "more": 3})
)
MOVED = register(
    Kind(
        "programs.session_moved",
        name=_("Session moved"),
        example={
            **FACTS,
            "old_place": "컨퍼런스룸 2",
            "old_starts": _MOMENT - clock.DAY,
            "old_ends": _MOMENT - clock.DAY + 2 * _HOUR,
        },
    )
)
CALLED_OFF = register(
    Kind(
        "programs.session_called_off",
        name=_("Session called off"),
        example={**FACTS, "reason": "강사 사정"},
    )
)
REMINDER_DAY = register(
    Kind("programs.session_day", name=_("Session reminder a day before"), example=FACTS, mass=True)
)
REMINDER_HOUR = register(
    Kind("programs.session_hour", name=_("Session reminder an hour before"), example=FACTS)
)
CERTIFICATE_READY = register(
    Kind(
        "programs.certificate_ready",
        name=_("Certificate ready"),
        example={
            "program": "스마트스토어 첫걸음",
            "business": "달구벌 수제청",
            "paper": "수료증",
            "number": "2026-B7K2M-9QXM4",
        },
    )
)
NOT_COMPLETED = register(
    Kind(
        "programs.not_completed",
        name=_("Program not completed"),
        example={
            "program": "스마트스토어 첫걸음",
            "business": "달구벌 수제청",
            "reason": "출석 시간 60 %, 수료 기준 80 % 이상",
        },
    )
)


@dataclass(frozen=True)
class Reminder:
    """A message sent ``lead`` before a session; late, but not less than ``latest`` before it."""

    kind: Kind
    lead: dt.timedelta
    latest: dt.timedelta


REMINDERS = (
    Reminder(REMINDER_DAY, lead=dt.timedelta(days=1), latest=2 * _HOUR),
    Reminder(REMINDER_HOUR, lead=_HOUR, latest=dt.timedelta(0)),
)


@dataclass(frozen=True)
class Spot:
    """Where and when a session is."""

    place: Text
    starts: dt.datetime
    ends: dt.datetime

    @classmethod
    def of(cls, session: Session) -> Spot:
        return cls(place_of(session), session.starts, session.ends)


class Told(NamedTuple):
    """Somebody of a business that takes part, and where he reads how it stands."""

    person: User
    link: str


def place_of(session: Session) -> Text:
    """For each reader: the room with its unit, the place outside the house, or that it is
    online. 1 query where there is a room."""
    booking = session.booking
    if booking is not None:
        units = Unit.objects.filter(resource=booking.resource_id, allocations__booking=booking)
        room, names = booking.resource, [unit.name for unit in units[:1]]
        return ForReader(lambda: " ".join([room.display_name, *names]))
    if session.place_text or not session.online_link:
        return session.place_text
    return ForReader(lambda: gettext("Online"))


def planned(sessions: Sequence[Session]) -> None:
    """New sessions to come, one message for all that were planned at once."""
    coming = sorted((s for s in sessions if _is_coming(s)), key=lambda s: s.starts)
    if coming:
        first = coming[0]
        facts = {**facts_of(first), "more": len(coming) - 1}
        _tell(first, PLANNED, facts, key=f"{first.sequence}")


def moved(session: Session, *, was: Spot) -> None:
    """It is elsewhere or at another time; a session in the past is corrected in silence."""
    call_off_reminders(session, of=was.starts)
    old: dict[str, Value] = {
        "old_place": was.place,
        "old_starts": was.starts,
        "old_ends": was.ends,
    }
    if _is_coming(session):
        _tell(session, MOVED, {**facts_of(session), **old}, key=f"{session.sequence}")


def called_off(session: Session) -> None:
    call_off_reminders(session, of=session.starts)
    if session.ends > clock.now():
        facts = {**facts_of(session), "reason": session.reason}
        _tell(session, CALLED_OFF, facts, key=f"{session.sequence}")


def call_off_reminders(session: Session, *, of: dt.datetime) -> None:
    """Those of a session that was to start at ``of`` and are not on their way yet."""
    keys = [
        dedupe_key(reminder.kind, session.pk, f"{int(of.timestamp())}", told.person.pk)
        for told in people_of(session)
        for reminder in REMINDERS
    ]
    cancel_all(dedupe_keys=keys)


def certificate_ready(certificate: Certificate, party: Party) -> None:
    """A paper can be downloaded."""
    facts: dict[str, Value] = {
        "program": certificate.program,
        "business": certificate.business,
        "paper": ForReader(certificate.get_kind_display),
        "number": certificate.number,
    }
    _tell_business(party, CERTIFICATE_READY, facts, key=certificate.number)


def not_completed(party: Party, *, reason: str, key: str) -> None:
    """Judged so, with the reason; once for each ``key``."""
    facts: dict[str, Value] = {
        "program": title_of(party.application.program),
        "business": party.merchant.name,
        "reason": reason,
    }
    partner = party.co_applicant
    _tell_business(party, NOT_COMPLETED, facts, key=f"{key}:p{partner.pk}" if partner else key)


def _tell_business(party: Party, kind: Kind, facts: dict[str, Value], *, key: str) -> None:
    for told in _people_of([party]):
        queue(
            kind=kind,
            recipient=told.person,
            context=facts,
            link=told.link,
            dedupe_key=dedupe_key(kind, party.application.pk, key, told.person.pk),
        )


def facts_of(session: Session) -> dict[str, Value]:
    """The values of ``FACTS`` for a session."""
    return {
        "program": title_of(session.program),
        "session": session.title,
        "place": place_of(session),
        "starts": session.starts,
        "ends": session.ends,
    }


def people_of(session: Session) -> list[Told]:
    """Of each business that takes part in it the owner, and the member who applied. 2 queries,
    3 where several may apply together."""
    return _people_of(rolls.participants(session))


def _people_of(parties: Sequence[Party]) -> list[Told]:
    """1 query."""
    by_merchant = {party.merchant.pk: party for party in parties}
    members = Membership.objects.filter(merchant__in=by_merchant).select_related("user")
    found = []
    for member in members.order_by("pk"):
        party = by_merchant[member.merchant_id]
        applied = party.co_applicant is None and party.application.applied_by_id
        if member.is_owner or member.user_id == applied:
            found.append(Told(member.user, party.address))
    return found


def dedupe_key(kind: Kind, pk: int, key: str, person_id: int) -> str:
    return f"{kind.key}:{pk}:{key}:{person_id}"


def _is_coming(session: Session) -> bool:
    return session.starts > clock.now()


def _tell(session: Session, kind: Kind, facts: dict[str, Value], *, key: str) -> None:
    to = [
        Addressee(told.person, dedupe_key(kind, session.pk, key, told.person.pk), told.link)
        for told in people_of(session)
    ]
    queue_each(kind=kind, told=to, context=facts)
