"""Who takes part in a session, who was there, and how each stands: read, never written."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from programs import completion
from programs.completion import Part, Standing
from programs.models import Application, Attendance, Mark, Program, Session


@dataclass(frozen=True)
class RollLine:
    """One participant of a session, and what has been noted of it."""

    application: Application
    noted: Attendance | None

    @property
    def is_present(self) -> bool:
        return self.noted is not None and self.noted.mark == Mark.PRESENT


def participants(session: Session) -> Sequence[Application]:
    """The applications that take part in a session, by the name of the business. 1 query."""
    rows = Application.objects.taking_part().filter(program=session.program_id)
    if session.application_id:
        rows = rows.filter(pk=session.application_id)
    return list(rows.select_related("merchant").order_by("merchant__name", "pk"))


def roll_of(session: Session) -> list[RollLine]:
    """All participants with what was noted. 2 queries."""
    rows = session.attendance.select_related("noted_by")
    noted = {row.application_id: row for row in rows}
    return [RollLine(one, noted.get(one.pk)) for one in participants(session)]


def roll_with_history(session: Session) -> list[RollLine]:
    """The same, what was noted with everything noted before (``events``). 3 queries."""
    rows = session.attendance.select_related("noted_by").prefetch_related(_history())
    noted = {row.application_id: row for row in rows}
    return [RollLine(one, noted.get(one.pk)) for one in participants(session)]


def _history() -> Prefetch[Any]:
    events: Any = Attendance.events.rel.related_model  # type: ignore[attr-defined]
    return Prefetch("events", events.objects.select_related("noted_by").order_by("pgh_id"))


def parts_of_program(program: Program, now: dt.datetime) -> dict[int, list[Part]]:
    """Of each application that takes part its standing sessions that count. 3 queries."""
    applications = program.applications.taking_part().order_by("pk")
    return _parts([program], applications, now)


def parts_of(application: Application, now: dt.datetime) -> list[Part]:
    """The standing sessions that count as one business had them. 2 queries."""
    return _parts([application.program], [application], now)[application.pk]


def parts_of_many(applications: Sequence[Application], now: dt.datetime) -> dict[int, list[Part]]:
    """The same for applications with their programs, of whatever programs. 2 queries."""
    programs = {application.program_id: application.program for application in applications}
    return _parts(programs.values(), applications, now)


def _parts(
    programs: Iterable[Program], applications: Iterable[Application], now: dt.datetime
) -> dict[int, list[Part]]:
    sessions: dict[int, list[Session]] = defaultdict(list)
    for session in Session.objects.attended().filter(program__in=[p.pk for p in programs]):
        sessions[session.program_id].append(session)
    found = list(applications)
    rows = Attendance.objects.filter(application__in=[one.pk for one in found])
    noted = {(row.session_id, row.application_id): row for row in rows}
    return {
        one.pk: [
            part_of(session, noted.get((session.pk, one.pk)), now)
            for session in sessions[one.program_id]
            if session.application_id in (None, one.pk)
        ]
        for one in found
    }


def part_of(session: Session, noted: Attendance | None, now: dt.datetime) -> Part:
    """A session as a business had it, as far as it has been noted by ``now``."""
    attended = 0
    if noted is not None and noted.mark == Mark.PRESENT:
        attended = session.minutes if noted.minutes is None else noted.minutes
    came_or_excused = noted is not None and noted.mark != Mark.ABSENT
    return Part(
        minutes=session.minutes,
        attended=attended,
        missed=session.ends <= now and not came_or_excused,
        ends=session.ends,
    )


def standing_of(application: Application, now: dt.datetime) -> Standing:
    """How one business stands. 2 queries."""
    return completion.standing(parts_of(application, now))


def last_end(program: Program) -> dt.datetime | None:
    """When the last standing session that counts is over; None where there is none. 1 query."""
    last = program.sessions.attended().order_by("-ends").first()
    return last.ends if last else None
