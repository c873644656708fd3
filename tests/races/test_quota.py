"""Two members want the last place of the month; one person wants two times of one day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from bookings.models import Booking, BookingState, Resource
from bookings.policies import Rules
from bookings.services import reserve
from tests import factories
from tests.races import ledger
from tests.races.clients import (
    TRIES,
    Account,
    Answer,
    Visitor,
    open_account,
    race,
    to_confirm,
    to_hold,
)

ROUNDS = 20
LIMIT = Rules().per_month


@pytest.fixture
def members() -> list[Account]:
    owner = open_account()
    return [owner, open_account(merchant=owner.merchant)]


def race_for_the_last_place(people: Sequence[Visitor], owner: Account) -> list[Answer]:
    """All places of a month but one are used up; each then wants a space and day of his own."""
    days = ledger.days_of_one_month(LIMIT - 1 + len(people))
    spaces = [factories.studio() for _ in days]
    for space, day in list(zip(spaces, days, strict=True))[: LIMIT - 1]:
        span = ledger.slot(day=day)
        booking = reserve.hold(
            user=owner.user,
            merchant=owner.merchant,
            resource=space,
            starts=span.start,
            ends=span.end,
        )
        reserve.confirm(booking=booking, purpose="제품 사진", headcount=1)
    wishes = zip(people, spaces[LIMIT - 1 :], days[LIMIT - 1 :], strict=True)
    return race(to_hold(who, space.slug, ledger.slot(day=day)) for who, space, day in wishes)


def uses(owner: Account) -> int:
    return Booking.objects.of_merchant(owner.merchant.pk).counted().count()


def test_hold_when_two_members_want_last_place_of_month_then_one_has_it(
    web, arrive, figures, members
):
    people = arrive(web, *members)
    deadlocks = ledger.deadlocks()

    for _ in range(ROUNDS):
        answers = race_for_the_last_place(people, members[0])
        figures.add(answers)

        assert Counter(answer.status for answer in answers) == {302: 1, 409: 1}
        assert [a.codes for a in answers if a.status == 409] == [["month_quota"]]
        assert uses(members[0]) == LIMIT
        assert ledger.half_bookings() == 0
        ledger.forget_bookings()

    assert ledger.deadlocks() == deadlocks


def test_hold_when_business_is_not_locked_then_its_limit_is_exceeded(
    unguarded_web, arrive, members
):
    people = arrive(unguarded_web, *members)

    for _ in range(TRIES):
        answers = race_for_the_last_place(people, members[0])
        used = uses(members[0])
        ledger.forget_bookings()
        if used > LIMIT:
            break

    assert [answer.status for answer in answers] == [302, 302]
    assert used == LIMIT + 1


@dataclass(frozen=True)
class End:
    """How a race of two tabs ended: what they were told, and what became of the first hold."""

    confirming: Answer
    holding: Answer
    booking: Booking

    @property
    def statuses(self) -> tuple[int, int]:
        return self.confirming.status, self.holding.status


def race_of_two_tabs(
    tabs: Sequence[Visitor], person: Account, space: Resource, *, hold_first: bool
) -> End:
    """One tab confirms the morning that is held, the other holds the afternoon of that day."""
    (confirming, holding), morning, afternoon = tabs, ledger.slot(hour=10), ledger.slot(hour=14)
    booking = reserve.hold(
        user=person.user,
        merchant=person.merchant,
        resource=space,
        starts=morning.start,
        ends=morning.end,
    )
    requests = [
        to_confirm(confirming, booking.reference),
        to_hold(holding, space.slug, afternoon),
    ]
    order = -1 if hold_first else 1
    confirmed, held = race(requests[::order])[::order]
    booking.refresh_from_db()
    return End(confirmed, held, booking)


def check_end(end: End, person: Account, space: Resource) -> None:
    """Confirmed and nothing else that day; or replaced, and then the time it had held anew."""
    assert uses(person) == Rules().per_day == 1
    assert ledger.half_bookings() == 0
    assert ledger.allocated(space, ledger.slot(hour=10)) == 1
    assert ledger.allocated(space, ledger.slot(hour=14)) == 0
    if end.statuses == (302, 409):
        assert end.holding.codes == ["day_quota"]
        assert end.booking.state == BookingState.CONFIRMED
        assert Booking.objects.count() == 1
    else:
        assert end.statuses == (409, 302)
        assert (end.booking.state, end.booking.reason_code) == (BookingState.EXPIRED, "given_up")
        anew = Booking.objects.get(state=BookingState.HELD)
        assert f"/bookings/{anew.reference}/confirm/" in end.confirming.text
        assert Booking.objects.count() == 3


def test_confirm_when_other_tab_holds_another_time_of_the_day_then_one_booking_that_day(
    web, crowd, arrive, figures
):
    space, person = factories.studio(), crowd[0]
    tabs, deadlocks, confirmed = arrive(web, person, person), ledger.deadlocks(), 0

    for number in range(ROUNDS):
        end = race_of_two_tabs(tabs, person, space, hold_first=bool(number % 2))
        figures.add([end.confirming, end.holding])
        check_end(end, person, space)
        confirmed += end.confirming.status == 302
        ledger.forget_bookings()

    figures.note(confirmed=confirmed, replaced=ROUNDS - confirmed)
    assert ledger.deadlocks() == deadlocks


def test_confirm_when_business_is_not_locked_then_two_bookings_that_day(
    unguarded_web, crowd, arrive
):
    space, person = factories.studio(), crowd[0]
    tabs = arrive(unguarded_web, person, person)

    for number in range(TRIES):
        end = race_of_two_tabs(tabs, person, space, hold_first=bool(number % 2))
        used = uses(person)
        ledger.forget_bookings()
        if used > Rules().per_day:
            break

    assert end.statuses == (302, 302)
    assert end.booking.state == BookingState.CONFIRMED
    assert used == 2
