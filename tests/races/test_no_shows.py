"""Workers mark no-shows side by side and are killed at any point: once is once."""

from __future__ import annotations

import datetime as dt
import functools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bookings.models import Booking, BookingState, NoShow, Resource
from bookings.services import attendance, no_shows, units
from center import clock
from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.models import Merchant, Suspension
from tests import factories
from tests.races import ledger
from tests.races.clients import TRIES, Account, at_once, outcome
from tests.races.crew import Crew

BUSINESSES, BOOKINGS, WORKERS, KILLS = 4, 25, 3, 8
PATIENCE_SECONDS = 60


@pytest.fixture(autouse=True)
def _nothing_left(_in_race_database: None):
    yield
    ledger.forget_bookings()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message, merchants_suspension CASCADE")


def missed(space: Resource, account: Account, minutes_ago: int) -> Booking:
    """A confirmed booking whose entry ended."""
    starts = clock.now() - dt.timedelta(minutes=minutes_ago)
    with transaction.atomic():
        booking = Booking.objects.create(
            resource=space,
            merchant=account.merchant,
            booked_by=account.user,
            starts=starts,
            ends=starts + dt.timedelta(minutes=1),
            state=BookingState.CONFIRMED,
            cancellable_until=starts,
        )
        units.take(booking, [space.units.get()])
    return booking


def all_missed(crowd: list[Account]) -> list[Booking]:
    spaces = [factories.studio() for _ in range(BUSINESSES)]
    return [
        missed(space, account, 20 + 2 * n)
        for space, account in zip(spaces, crowd, strict=False)
        for n in range(BOOKINGS)
    ]


def wait_until_marked(crew: Crew) -> None:
    """Kill a worker again and again, somewhere in its work, until all is done."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Booking.objects.filter(state=BookingState.CONFIRMED).exists() or crew.killed < KILLS:
        assert time.monotonic() < deadline, "not marked in time"
        time.sleep(random.uniform(0.02, 0.3))
        if crew.killed < KILLS and NoShow.objects.exists():
            crew.kill_one()


def test_mark_when_workers_are_killed_at_any_point_then_each_is_counted_once(
    crowd, environment, figures
):
    bookings = all_missed(crowd)
    crew = Crew("tests.races.attendant", environment, WORKERS)
    try:
        wait_until_marked(crew)
    finally:
        crew.end()

    rows = list(NoShow.objects.select_related("booking"))
    assert len(rows) == len(bookings) == Suspension.objects.count()
    assert {row.suspension_id for row in rows} == set(
        Suspension.objects.values_list("pk", flat=True)
    )
    assert [ledger.times_recorded(b, "no_show") for b in bookings] == [1] * len(bookings)
    # Counted one after the other: no two no-shows of a business have the same number.
    numbers = Counter((row.booking.merchant_id, row.counted) for row in rows)
    assert set(numbers.values()) == {1}
    assert max(row.counted for row in rows) == BOOKINGS
    told = Message.objects.filter(kind="bookings.no_show", channel="inbox")
    assert told.count() == len(bookings)
    assert ledger.half_bookings() == 0
    figures.note(marked=len(rows), killed=crew.killed)


def mark(booking: Booking) -> Any:
    return outcome(attendance.mark_no_show, booking=booking)


def test_mark_when_the_same_one_at_once_then_the_second_hears_so(crowd):
    space = factories.studio()
    for n in range(TRIES):
        booking = missed(space, crowd[0], 20 + 2 * n)
        said = at_once(*[functools.partial(mark, booking)] * 2)
        assert sorted(type(one).__name__ for one in said) == ["Booking", "RuleViolation"]
    assert NoShow.objects.count() == Suspension.objects.count() == TRIES


def test_check_in_when_the_worker_marks_at_once_then_one_of_them(crowd):
    space = factories.studio()
    staff = factories.staff()
    factories.policy(resource=space, grace_after=0)
    for n in range(TRIES):
        booking = missed(space, crowd[0], 20 + 2 * n)
        Booking.objects.filter(pk=booking.pk).update(ends=clock.now() + clock.DAY)
        let_in = functools.partial(outcome, attendance.check_in, booking=booking, by=staff)
        said = at_once(let_in, functools.partial(mark, booking))
        assert sum(isinstance(one, RuleViolation) for one in said) == 1
        booking.refresh_from_db()
        marked = NoShow.objects.filter(booking=booking).exists()
        assert booking.state == (BookingState.NO_SHOW if marked else BookingState.CHECKED_IN)
        # Makes room for the next on the same unit.
        if not marked:
            attendance.check_out(booking=booking, by=None)
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE bookings_allocation")


def meeting(question: Callable[..., Any]) -> Callable[..., Any]:
    """Both have their answer before either goes on."""
    both_have_asked = threading.Barrier(2)

    def ask(*arguments: Any) -> Any:
        found = question(*arguments)
        both_have_asked.wait(10)
        return found

    return ask


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For controls: both have read the booking before either writes."""
    read = meeting(lambda pk: Booking.objects.get(pk=pk))
    monkeypatch.setattr(attendance, "lock_merchant", lambda pk: Merchant.objects.get(pk=pk))
    monkeypatch.setattr(attendance, "lock_booking", read)


def test_count_when_nothing_guards_then_two_of_a_business_are_both_the_first(
    crowd, unlocked, monkeypatch
):
    monkeypatch.setattr(no_shows, "_earlier", meeting(no_shows._earlier))
    bookings = [missed(factories.studio(), crowd[0], 20) for _ in range(2)]
    at_once(*(functools.partial(mark, booking) for booking in bookings))
    assert [row.counted for row in NoShow.objects.all()] == [1, 1]


def test_mark_when_only_the_ledger_guards_then_an_error_but_once(crowd, unlocked):
    booking = missed(factories.studio(), crowd[0], 20)
    said = at_once(*[functools.partial(mark, booking)] * 2)
    assert sum(isinstance(one, IntegrityError) for one in said) == 1
    assert NoShow.objects.count() == Suspension.objects.count() == 1


def test_mark_when_not_even_the_ledger_guards_then_counted_twice(crowd, unlocked):
    booking = missed(factories.studio(), crowd[0], 20)
    with ledger.without_unique(NoShow, "booking_id"):
        at_once(*[functools.partial(mark, booking)] * 2)
        assert NoShow.objects.count() == Suspension.objects.count() == 2
