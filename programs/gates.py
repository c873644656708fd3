"""The waiting rooms of calls (``center.waiting_room``)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools

from django.conf import settings
from django.urls import reverse

from center import clock
from center.waiting_room import rooms
from center.waiting_room.policy import Gate, Phase
from programs import refusals
from programs.models import Program, ProgramState, SelectionMode
from programs.services import places

#: a change by staff counts after so many seconds at most
SECONDS = 5


def of_call(slug: str) -> Gate | None:
    """The gate of a published call that staff gave a waiting room; None for all others.

    Asked by everybody who waits: the database is asked once in five seconds by each process.
    """
    return _found(slug, int(clock.now().timestamp() // SECONDS))


def forget() -> None:
    """What was read is read anew: for tests, and after a change in the same process."""
    _found.cache_clear()


@functools.lru_cache(maxsize=64)
def _found(slug: str, moment: int) -> Gate | None:
    program = Program.objects.filter(slug=slug, state=ProgramState.PUBLISHED).first()
    if program is None or not program.has_waiting_room:
        return None
    gate = gate_of(program)
    if program.selection == SelectionMode.FIRST_COME and places.is_full(program):
        # Said in the language of each who asks, so not put into words here.
        full = functools.partial(refusals.full, program.quota, program.reserve)
        return dataclasses.replace(gate, gone=full)
    return gate


def gate_of(program: Program) -> Gate:
    return Gate(
        key=f"call-{program.pk}-{program.opens_at.timestamp():.0f}",
        opens=program.opens_at,
        closes=program.closes_at,
        gathers=program.opens_at - dt.timedelta(minutes=settings.WAITING_ROOM_MINUTES),
        inside=program.queue_inside,
        per_minute=program.queue_per_minute,
        door=reverse("program_apply", args=[program.slug]),
        room=reverse("program_wait", args=[program.slug]),
        title=program.title,
        title_en=program.title_en or program.title,
        others=reverse("program_list"),
    )


def is_gone(slug: str) -> bool:
    """Whether the call has a waiting room in which everybody is told that nothing is left."""
    gate = of_call(slug)
    return (
        gate is not None and gate.gone is not None and gate.phase(clock.now()) is not Phase.CLOSED
    )


def leave(slug: str, account: int) -> None:
    """Somebody has handed in: the next may come to the form."""
    gate = of_call(slug)
    if gate is not None:
        rooms.leave(gate, account)


def is_gathering(program: Program, now: dt.datetime) -> bool:
    """Whether one may wait for the opening already."""
    if program.state != ProgramState.PUBLISHED or not program.has_waiting_room:
        return False
    return gate_of(program).gathers <= now < program.opens_at
