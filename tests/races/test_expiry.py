"""A hold runs out at the very moment it is confirmed, while the sweeper is at work."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass

from bookings.models import Booking, BookingState, Resource
from bookings.services import reserve
from bookings.services.expire import expire_ended_holds
from center import clock
from tests import factories
from tests.races import ledger
from tests.races.clients import Account, Answer, Visitor, at_once, to_confirm

#: how much longer the hold lasts when the race begins: from surely too short to surely enough
MILLISECONDS_LEFT = [1, *range(5, 85, 5), 100, 120, 3000]
#: without locks any end within the server's dawdling will do; a request may take its time
LEFT_IN_CONTROLS = range(30, 1000, 60)


@dataclass(frozen=True)
class End:
    answer: Answer
    booking: Booking
    swept: int


def race_against_the_end(
    person: Visitor, account: Account, space: Resource, milliseconds: int
) -> End:
    """Confirm a hold with so much time left, with the sweeper running all the while."""
    span = ledger.slot()
    booking = reserve.hold(
        user=account.user,
        merchant=account.merchant,
        resource=space,
        starts=span.start,
        ends=span.end,
    )
    person.connect()
    held_until = clock.now() + dt.timedelta(milliseconds=milliseconds)
    Booking.objects.filter(pk=booking.pk).update(held_until=held_until)
    confirmation, answered = to_confirm(person, booking.reference), threading.Event()

    def confirm() -> Answer:
        try:
            return confirmation.send()
        finally:
            answered.set()

    answer, swept = at_once(confirm, lambda: sweep(until=answered))
    booking.refresh_from_db()
    return End(answer, booking, swept)


def sweep(*, until: threading.Event) -> int:
    """End the holds that ran out, again and again; how many it were."""
    swept = 0
    while not until.is_set():
        swept += expire_ended_holds(now=clock.now())
    return swept


def check_end(end: End, space: Resource) -> None:
    """Confirmed with its unit, or expired without and the time held anew; nothing between."""
    assert ledger.half_bookings() == 0
    assert ledger.allocated(space, ledger.slot()) == 1
    if end.answer.status == 302:
        assert end.booking.state == BookingState.CONFIRMED
        assert end.booking.allocations.count() == 1
        assert (Booking.objects.count(), end.swept) == (1, 0)
    else:
        assert end.answer.status == 409
        assert end.booking.state == BookingState.EXPIRED
        assert end.booking.allocations.count() == 0
        anew = Booking.objects.get(state=BookingState.HELD)
        assert f"/bookings/{anew.reference}/confirm/" in end.answer.text


def test_confirm_when_hold_runs_out_meanwhile_then_booked_or_expired_and_nothing_between(
    web, crowd, arrive, figures
):
    space, account = factories.studio(), crowd[0]
    (person,) = arrive(web, account)
    statuses = []

    for milliseconds in MILLISECONDS_LEFT:
        end = race_against_the_end(person, account, space, milliseconds)
        figures.add([end.answer])
        check_end(end, space)
        statuses.append(end.answer.status)
        ledger.forget_bookings()

    figures.note(confirmed=statuses.count(302), expired=statuses.count(409))
    assert (statuses[0], statuses[-1]) == (409, 302)


def test_confirm_when_nothing_guards_then_booked_without_a_unit(unguarded_web, crowd, arrive):
    space, account = factories.studio(), crowd[0]
    (person,) = arrive(unguarded_web, account)

    with ledger.without_triggers():
        for milliseconds in LEFT_IN_CONTROLS:
            end = race_against_the_end(person, account, space, milliseconds)
            halves = ledger.half_bookings()
            ledger.forget_bookings()
            if halves:
                break

    assert halves == 1
    assert (end.answer.status, end.booking.state) == (302, BookingState.CONFIRMED)


def test_confirm_when_only_the_triggers_guard_then_an_error_but_nothing_between(
    unguarded_web, crowd, arrive
):
    space, account = factories.studio(), crowd[0]
    (person,) = arrive(unguarded_web, account)

    for milliseconds in LEFT_IN_CONTROLS:
        end = race_against_the_end(person, account, space, milliseconds)
        assert ledger.half_bookings() == 0
        ledger.forget_bookings()
        if end.answer.status == 500:
            break

    assert (end.answer.status, end.booking.state) == (500, BookingState.EXPIRED)
