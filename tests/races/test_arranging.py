"""Many members of staff arrange consultations at the desk, in the same moment, of the same few
consultants, rooms and businesses."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from bookings.models import Category, Resource
from center import clock
from programs.models import ApplicationState, Consultant, Consultation, Session
from tests import factories
from tests.races import ledger
from tests.races.clients import Request, Visitor, race, session_of

ROUNDS, STAFF, HOURS = 2, 18, (10, 14)


@pytest.fixture(autouse=True)
def _without_sessions() -> Iterator[None]:
    """What follows begins without any."""
    yield
    _forget()


def _forget() -> None:
    """Sessions are kept by triggers, but their table can be emptied."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE programs_session CASCADE")
    ledger.forget_bookings()


@pytest.fixture
def colleagues(busy_web: Any) -> Iterator[list[Visitor]]:
    sessions = [session_of(factories.staff()) for _ in range(STAFF)]
    visitors = [Visitor.in_session(session, busy_web.port) for session in sessions]
    yield visitors
    for visitor in visitors:
        visitor.close()


def asked() -> list[Consultation]:
    """Of four businesses, each in three programs."""
    wishes = [ledger.slot(hour=hour).start for hour in HOURS]
    return [
        factories.consultation(
            factories.application(
                factories.program("consulting"), business, ApplicationState.SELECTED
            ),
            wishes=wishes,
        )
        for business in [factories.merchant() for _ in range(4)]
        for _ in range(3)
    ]


def to_assign(
    visitor: Visitor, row: Consultation, consultant: Consultant, room: Resource, hour: int
) -> Request:
    starts = clock.local(ledger.slot(hour=hour).start)
    fields = {
        "act": "assign",
        "consultant": consultant.pk,
        "starts": f"{starts:%Y-%m-%dT%H:%M}",
        "room": room.pk,
    }
    return Request(visitor, f"/admin/consultations/{row.pk}/", fields)


def twice(column: str) -> int:
    """Pairs of standing sessions that one consultant, or one business, would be in at once."""
    return sum(
        getattr(a, column) == getattr(b, column) and a.starts < b.ends and b.starts < a.ends
        for a, b in itertools.combinations(Session.objects.standing(), 2)
    )


def test_assign_at_the_desk_when_all_is_scarce_then_nobody_and_no_room_twice(colleagues, figures):
    consultants = [factories.consultant() for _ in range(3)]
    rooms = [factories.resource(Category.CONFERENCE) for _ in range(3)]
    for _ in range(ROUNDS):
        rows = asked()
        wanted = [*rows, *random.sample(rows, STAFF - len(rows))]  # some by two at once
        answers = race(
            to_assign(who, row, random.choice(consultants), random.choice(rooms), hour)
            for who, row, hour in zip(colleagues, wanted, itertools.cycle(HOURS), strict=False)
        )
        figures.add(answers)
        assert {answer.status for answer in answers} == {302, 409}
        done = sum(answer.status == 302 for answer in answers)
        assert Session.objects.standing().count() == Consultation.objects.arranged().count() == done
        assert (twice("consultant_id"), twice("merchant_id"), ledger.double_bookings()) == (0, 0, 0)
        assert ledger.half_bookings() == 0
        _forget()
