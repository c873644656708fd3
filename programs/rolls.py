"""Who takes part in a session, who was there, and how each stands: read, never written."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from merchants.models import Merchant
from programs import completion
from programs.completion import Part, Standing
from programs.models import Application, Attendance, Presence, Program, Session
from programs.parties import Key, Party, parties_of


@dataclass(frozen=True)
class RollLine:
    """One participant of a session, and what has been noted of it."""

    party: Party
    noted: Attendance | None

    @property
    def application(self) -> Application:
        return self.party.application

    @property
    def merchant(self) -> Merchant:
        return self.party.merchant

    @property
    def is_present(self) -> bool:
        return self.noted is not None and self.noted.mark == Presence.PRESENT


def participants(session: Session) -> list[Party]:
    """The businesses that take part in a session, by name. 1 query, 2 where several may apply
    together."""
    rows = Application.objects.taking_part().filter(program=session.program_id)
    if session.application_id:
        rows = rows.filter(pk=session.application_id)
    found = parties_of(rows.select_related("merchant", "program").order_by("pk"))
    return sorted(found, key=lambda party: (party.merchant.name, party.application.pk))


def key_of(row: Attendance) -> Key:
    """The business something was noted of."""
    return row.application_id, row.co_applicant_id


def roll_of(session: Session) -> list[RollLine]:
    """All participants with what was noted. 2 queries, 3 where several may apply together."""
    noted = {key_of(row): row for row in session.attendance.select_related("noted_by")}
    return [RollLine(one, noted.get(one.key)) for one in participants(session)]


def roll_with_history(session: Session) -> list[RollLine]:
    """The same, what was noted with everything noted before (``events``). 1 query more."""
    rows = session.attendance.select_related("noted_by").prefetch_related(_history())
    noted = {key_of(row): row for row in rows}
    return [RollLine(one, noted.get(one.key)) for one in participants(session)]


def _history() -> Prefetch[Any]:
    events: Any = Attendance.events.rel.related_model  # type: ignore[attr-defined]
    return Prefetch("events", events.objects.select_related("noted_by").order_by("pgh_id"))


def parts_of(party: Party, now: dt.datetime) -> list[Part]:
    """The standing sessions that count as one business had them. 2 queries."""
    return parts_of_many([party], now)[party.key]


def parts_of_many(parties: Sequence[Party], now: dt.datetime) -> dict[Key, list[Part]]:
    """The same for businesses of applications with their programs, whichever. 2 queries."""
    sessions = _sessions({party.application.program_id for party in parties})
    rows = Attendance.objects.filter(application__in={p.application.pk for p in parties})
    noted = {(row.session_id, key_of(row)): row for row in rows}
    return {
        party.key: [
            part_of(session, noted.get((session.pk, party.key)), now)
            for session in sessions[party.application.program_id]
            if session.application_id in (None, party.application.pk)
        ]
        for party in parties
    }


def _sessions(programs: Iterable[int]) -> dict[int, list[Session]]:
    """Those that count, by program."""
    found: dict[int, list[Session]] = defaultdict(list)
    for session in Session.objects.attended().filter(program__in=programs):
        found[session.program_id].append(session)
    return found


def part_of(session: Session, noted: Attendance | None, now: dt.datetime) -> Part:
    """A session as a business had it, as far as it has been noted by ``now``."""
    attended = 0
    if noted is not None and noted.mark == Presence.PRESENT:
        attended = session.minutes if noted.minutes is None else noted.minutes
    came_or_excused = noted is not None and noted.mark != Presence.ABSENT
    return Part(
        minutes=session.minutes,
        attended=attended,
        missed=session.ends <= now and not came_or_excused,
        ends=session.ends,
    )


def standing_of(party: Party, now: dt.datetime) -> Standing:
    """How one business stands. 2 queries."""
    return completion.standing(parts_of(party, now))


def last_end(program: Program) -> dt.datetime | None:
    """When the last standing session that counts is over; None where there is none. 1 query."""
    last = program.sessions.attended().order_by("-ends").first()
    return last.ends if last else None
