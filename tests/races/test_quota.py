"""Two members of one business want its last place of the month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from bookings.models import Booking
from bookings.policies import Rules
from bookings.services import reserve
from tests import factories
from tests.races import ledger
from tests.races.clients import TRIES, Account, Answer, Visitor, open_account, race, to_hold

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
