"""One moves his booking to an hour that another takes at the same moment."""

from __future__ import annotations

from dataclasses import dataclass

from bookings.models import Booking, BookingState, Resource
from bookings.services import reserve
from tests import factories
from tests.races import ledger
from tests.races.clients import TRIES, Account, Answer, Visitor, race, to_change, to_hold

ROUNDS = 20


@dataclass(frozen=True)
class End:
    """How a race ended: what the two were told, and what the mover has."""

    mover: Answer
    taker: Answer
    booking: Booking

    @property
    def statuses(self) -> tuple[int, int]:
        return self.mover.status, self.taker.status


def race_for_the_other_hour(
    people: list[Visitor], accounts: list[Account], space: Resource, *, taker_first: bool
) -> End:
    """The first has the morning and moves to the afternoon, which the second wants."""
    (mover, taker), morning, afternoon = people, ledger.slot(hour=10), ledger.slot(hour=14)
    booking = reserve.hold(
        user=accounts[0].user,
        merchant=accounts[0].merchant,
        resource=space,
        starts=morning.start,
        ends=morning.end,
    )
    reserve.confirm(booking=booking, purpose="제품 사진", headcount=1)
    requests = [
        to_change(mover, booking.reference, afternoon),
        to_hold(taker, space.slug, afternoon),
    ]
    order = -1 if taker_first else 1
    moved, taken = race(requests[::order])[::order]
    booking.refresh_from_db()
    return End(moved, taken, booking)


def check_end(end: End, space: Resource) -> None:
    morning, afternoon = ledger.slot(hour=10), ledger.slot(hour=14)
    assert ledger.allocated(space, afternoon) == 1
    assert end.booking.state == BookingState.CONFIRMED
    if end.statuses == (302, 409):
        assert (end.booking.starts, end.booking.ends) == afternoon
        assert ledger.allocated(space, morning) == 0
        assert Booking.objects.count() == 1
    else:
        assert end.statuses == (409, 302)
        assert (end.booking.starts, end.booking.ends) == morning
        assert ledger.allocated(space, morning) == 1
        assert Booking.objects.count() == 2
    loser = max(end.mover, end.taker, key=lambda answer: answer.status)
    assert loser.codes == ["slot_taken"]
    assert ledger.half_bookings() == 0


def test_change_when_another_takes_the_hour_then_one_has_it_and_mover_never_loses_both(
    web, crowd, arrive, figures
):
    space, accounts = factories.studio(), crowd[:2]
    people = arrive(web, *accounts)
    deadlocks, moved = ledger.deadlocks(), 0

    for number in range(ROUNDS):
        end = race_for_the_other_hour(people, accounts, space, taker_first=bool(number % 2))
        figures.add([end.mover, end.taker])
        check_end(end, space)
        moved += end.mover.status == 302
        ledger.forget_bookings()

    figures.note(moved=moved, not_moved=ROUNDS - moved)
    assert ledger.deadlocks() == deadlocks


def test_change_when_nothing_guards_then_both_have_the_hour(unguarded_web, crowd, arrive):
    space, accounts = factories.studio(), crowd[:2]
    people = arrive(unguarded_web, *accounts)

    with ledger.without_constraint():
        for number in range(TRIES):
            end = race_for_the_other_hour(people, accounts, space, taker_first=bool(number % 2))
            doubled = ledger.double_bookings()
            ledger.forget_bookings()
            if doubled:
                break

    assert doubled == 1
    assert end.statuses == (302, 302)


def test_change_when_only_the_constraint_guards_then_one_has_the_hour(unguarded_web, crowd, arrive):
    space, accounts = factories.studio(), crowd[:2]
    people = arrive(unguarded_web, *accounts)

    for number in range(4):
        end = race_for_the_other_hour(people, accounts, space, taker_first=bool(number % 2))
        check_end(end, space)
        ledger.forget_bookings()
