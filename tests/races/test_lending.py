"""Two members of staff hand out one device at the same moment, for two bookings of a day; and
two take one device back."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from bookings.models import Booking, BookingState, Category, HandOver, Unit
from bookings.services import lending, units
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from merchants.models import Merchant
from tests import factories
from tests.races import ledger
from tests.races.clients import Account, at_once, outcome

ROUNDS = 20


@pytest.fixture
def colleagues() -> list[User]:
    return [factories.staff(), factories.staff()]


def booking_now(merchant: Merchant, unit: Unit, starts: dt.datetime, ends: dt.datetime) -> Booking:
    """In use, with the device; made directly, because the services refuse the present."""
    made = Booking.objects.create(
        resource=factories.studio(),
        merchant=merchant,
        starts=starts,
        ends=ends,
        state=BookingState.CHECKED_IN,
        cancellable_until=starts,
    )
    units.take(made, [made.resource.units.get(), unit])
    return made


def two_bookings(crowd: list[Account]) -> tuple[Unit, list[Booking]]:
    """Of one device, one after the other, both of today and not over: it may go to either."""
    unit = factories.resource(Category.EQUIPMENT).units.get()
    now, (start, end) = clock.now(), clock.day_bounds(clock.today())
    middle = now + (end - now) / 2
    with transaction.atomic():
        first = booking_now(crowd[0].merchant, unit, start, middle)
        return unit, [first, booking_now(crowd[1].merchant, unit, middle, end)]


def race_to_hand_out(unit: Unit, bookings: list[Booking], colleagues: list[User]) -> list[Any]:
    return at_once(
        *(
            functools.partial(
                outcome, lending.hand_out, booking=booking, unit=unit, by=by, condition="good"
            )
            for booking, by in zip(bookings, colleagues, strict=True)
        )
    )


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For controls: both have seen the device on its shelf before either writes."""
    both_have_looked, look = threading.Barrier(2), lending._is_out

    def looked(unit: Unit) -> list[Violation]:
        found = look(unit)
        if not found:
            both_have_looked.wait(10)
        return found

    monkeypatch.setattr(lending, "lock_unit", lambda pk: Unit.objects.get(pk=pk))
    monkeypatch.setattr(lending, "_is_out", looked)


@contextlib.contextmanager
def without_constraint() -> Iterator[None]:
    """For controls: nothing in the database forbids a device to be out twice."""
    (constraint,) = (c for c in HandOver._meta.constraints if c.name == "hand_over_one_open")
    with connection.schema_editor() as editor:
        editor.remove_constraint(HandOver, constraint)
    try:
        yield
    finally:
        ledger.forget_bookings()
        with connection.schema_editor() as editor:
            editor.add_constraint(HandOver, constraint)


def test_hand_out_when_two_at_once_then_one_and_the_other_hears_of_it(crowd, colleagues, figures):
    for _ in range(ROUNDS):
        unit, bookings = two_bookings(crowd)

        outcomes = race_to_hand_out(unit, bookings, colleagues)

        (refusal,) = [said for said in outcomes if isinstance(said, RuleViolation)]
        assert refusal.codes == ("already_out",)
        assert HandOver.objects.out().filter(unit=unit).count() == 1
        ledger.forget_bookings()
    figures.note(rounds=ROUNDS)


def test_hand_out_when_only_the_constraint_guards_then_one_and_the_other_hears_of_it(
    crowd, colleagues, unlocked
):
    unit, bookings = two_bookings(crowd)

    outcomes = race_to_hand_out(unit, bookings, colleagues)

    assert sorted(type(said).__name__ for said in outcomes) == ["HandOver", "RuleViolation"]
    assert HandOver.objects.out().filter(unit=unit).count() == 1


def test_hand_out_when_nothing_guards_then_the_device_is_out_twice(crowd, colleagues, unlocked):
    with without_constraint():
        unit, bookings = two_bookings(crowd)

        race_to_hand_out(unit, bookings, colleagues)

        assert HandOver.objects.out().filter(unit=unit).count() == 2


def test_take_back_when_two_at_once_then_noted_once(crowd, colleagues):
    for _ in range(ROUNDS):
        unit, bookings = two_bookings(crowd)
        out = lending.hand_out(booking=bookings[0], unit=unit, by=colleagues[0], condition="good")

        outcomes = at_once(
            *(
                functools.partial(outcome, lending.take_back, hand_over=out, by=by, condition=how)
                for by, how in zip(colleagues, ("good", "faulty"), strict=True)
            )
        )

        (done,) = [said for said in outcomes if isinstance(said, HandOver)]
        (refusal,) = [said for said in outcomes if isinstance(said, RuleViolation)]
        assert refusal.codes == ("already_back",)
        out.refresh_from_db()
        assert (out.back_by, out.back_condition) == (done.back_by, done.back_condition)
        ledger.forget_bookings()
