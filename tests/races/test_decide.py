"""Two members of staff answer one request at the same moment, one yes, one no."""

from __future__ import annotations

import datetime as dt
import functools
import threading
from typing import Any

import pytest
from django.db import DatabaseError

from bookings.models import Booking, BookingState, RejectReason
from bookings.services import decide, reserve
from center import clock
from center.errors import RuleViolation
from center.models import User
from center.notifications.models import Message
from tests import factories
from tests.races import ledger
from tests.races.clients import Account, at_once, outcome

ROUNDS = 20


@pytest.fixture
def colleagues() -> list[User]:
    return [factories.staff(), factories.staff()]


def requested(account: Account) -> Booking:
    """A request for a space that needs approval."""
    space, span = factories.studio(), ledger.slot()
    factories.policy(resource=space, needs_approval=True)
    booking = reserve.hold(
        user=account.user,
        merchant=account.merchant,
        resource=space,
        starts=span.start,
        ends=span.end,
    )
    return reserve.confirm(booking=booking, purpose="제품 사진", headcount=1)


def race_to_decide(booking: Booking, colleagues: list[User]) -> list[Any]:
    """What the one who approves hears, and the one who rejects."""
    yes, no = colleagues
    reason = RejectReason.PURPOSE
    outcomes = at_once(
        functools.partial(outcome, decide.approve, booking=booking, by=yes),
        functools.partial(outcome, decide.reject, booking=booking, by=no, reason=reason),
    )
    booking.refresh_from_db()
    return outcomes


def test_unanswered_when_two_workers_look_and_one_approves_then_one_end(crowd, colleagues):
    booking = requested(crowd[0])
    begun = clock.now() - dt.timedelta(minutes=1)
    Booking.objects.filter(pk=booking.pk).update(starts=begun)
    sweep = functools.partial(outcome, decide.reject_unanswered, now=clock.now())
    *swept, approved = at_once(
        sweep,
        sweep,
        functools.partial(outcome, decide.approve, booking=booking, by=colleagues[0]),
    )
    booking.refresh_from_db()
    assert sorted(swept) == [0, 1]
    assert approved.codes[0] in {"past", "already_decided"}
    assert (booking.state, booking.reason_code) == (BookingState.REJECTED, "unanswered")
    assert Message.objects.filter(kind="bookings.rejected", channel="inbox").count() == 1


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For controls: both have read the request before either writes."""
    both_have_read = threading.Barrier(2)

    def read_booking(booking_id: int) -> Booking:
        booking = Booking.objects.get(pk=booking_id)
        both_have_read.wait(10)
        return booking

    monkeypatch.setattr(decide, "lock_booking", read_booking)


def test_decide_when_one_approves_and_one_rejects_then_the_second_hears_of_it(
    crowd, colleagues, figures
):
    approved = 0
    for _ in range(ROUNDS):
        booking = requested(crowd[0])
        said_yes, said_no = race_to_decide(booking, colleagues)

        if isinstance(said_no, RuleViolation):
            assert said_no.codes == ("already_decided",)
            assert isinstance(said_yes, Booking)
            assert (booking.state, booking.decided_by) == (BookingState.CONFIRMED, colleagues[0])
            assert booking.allocations.count() == 1
            approved += 1
        else:
            assert isinstance(said_no, Booking)
            assert said_yes.codes == ("already_decided",)
            assert (booking.state, booking.decided_by) == (BookingState.REJECTED, colleagues[1])
            assert booking.allocations.count() == 0
        ledger.forget_bookings()

    figures.note(approved=approved, rejected=ROUNDS - approved)


def test_decide_when_nothing_guards_then_both_believe_they_decided(crowd, colleagues, unlocked):
    with ledger.without_triggers():
        booking = requested(crowd[0])
        outcomes = race_to_decide(booking, colleagues)

        assert [type(said) for said in outcomes] == [Booking, Booking]


def test_decide_when_only_the_triggers_guard_then_an_error_but_one_decision(
    crowd, colleagues, unlocked
):
    booking = requested(crowd[0])

    outcomes = race_to_decide(booking, colleagues)

    assert sum(isinstance(said, DatabaseError) for said in outcomes) == 1
    assert sum(isinstance(said, Booking) for said in outcomes) == 1
    assert ledger.half_bookings() == 0
