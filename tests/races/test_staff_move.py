"""Two members of staff drag bookings to one unit while a third books it on the telephone."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from bookings.models import Booking, BookingSource, BookingState, Resource
from bookings.services import change, on_behalf, reserve
from center.errors import RuleViolation
from center.models import User
from tests import factories
from tests.races import ledger
from tests.races.clients import Account, at_once, outcome

ROUNDS = 10
SPAN = {"hour": 14}


@pytest.fixture
def colleagues() -> list[User]:
    return [factories.staff() for _ in range(3)]


def booked(account: Account, space: Resource, hour: int) -> Booking:
    span = ledger.slot(hour=hour)
    made = reserve.hold(
        user=account.user,
        merchant=account.merchant,
        resource=space,
        starts=span.start,
        ends=span.end,
    )
    return reserve.confirm(booking=made, purpose="제품 사진", headcount=1)


def race_for_the_unit(
    crowd: list[Account], staff: list[User], spaces: list[Resource]
) -> tuple[list[Any], list[Booking]]:
    """What the three hear: one moves in time, one from another space, one books."""
    target, span = spaces[0], ledger.slot(**SPAN)
    bookings = [booked(crowd[0], target, 10), booked(crowd[1], spaces[1], 14)]
    wish = {"starts": span.start, "ends": span.end}
    moves = [
        functools.partial(
            outcome,
            change.move,
            booking=booking,
            by_staff=True,
            by=person,
            to_unit=target.units.get(),
            **wish,
        )
        for booking, person in zip(bookings, staff, strict=False)
    ]
    call = functools.partial(
        outcome,
        on_behalf.book,
        by=staff[2],
        merchant=crowd[2].merchant,
        resource=target,
        source=BookingSource.PHONE,
        purpose="제품 사진",
        **wish,
    )
    return at_once(*moves, call), bookings


def test_staff_when_three_want_one_unit_then_exactly_one_has_it(crowd, colleagues, figures):
    spaces = [factories.studio(), factories.studio()]
    deadlocks, won = ledger.deadlocks(), [0, 0, 0]

    for _ in range(ROUNDS):
        heard, bookings = race_for_the_unit(crowd, colleagues, spaces)

        winners = [n for n, said in enumerate(heard) if isinstance(said, Booking)]
        assert len(winners) == 1
        refused = [said for said in heard if isinstance(said, RuleViolation)]
        assert [said.codes for said in refused] == [("slot_taken",)] * 2
        assert ledger.allocated(spaces[0], ledger.slot(**SPAN)) == 1
        assert ledger.half_bookings() == 0
        for booking in bookings:
            booking.refresh_from_db()
            assert booking.state == BookingState.CONFIRMED
        won[winners[0]] += 1
        ledger.forget_bookings()

    figures.note(moved=won[0], carried_over=won[1], booked=won[2])
    assert ledger.deadlocks() == deadlocks
