"""Staff close a day while somebody books it: whoever is later sees what the other did."""

from __future__ import annotations

import functools
import threading
from typing import Any

import pytest

from bookings.models import Booking, BookingState, Closure, HolidayOverride, Resource
from bookings.services import change, closures, holidays, reserve, settle
from bookings.services.settle import HouseChange, Settled, Unsettled
from center import clock
from center.errors import RuleViolation
from center.models import User
from tests import factories
from tests.races import ledger
from tests.races.clients import Account, at_once, outcome

ROUNDS = 15


@pytest.fixture
def _house_as_before() -> Any:
    yield
    HolidayOverride.objects.all().delete()
    Closure.objects.all().delete()


def closing(space: Resource, kind: str) -> HouseChange[Any]:
    """The day of the slot is closed for the space, or a holiday for the house."""
    day = clock.day_of(ledger.slot().start)
    if kind == "holiday":
        return holidays.declaring(days=[day], name="임시공휴일", is_holiday=True)
    starts, ends = clock.day_bounds(day)
    return closures.closing(Closure(kind="maintenance", resource=space, starts=starts, ends=ends))


def close(space: Resource, kind: str, staff: User) -> Any:
    try:
        return settle.carry_out(change=closing(space, kind), choices={}, by=staff)
    except Unsettled as asked:
        return asked


def race_to_the_day(space: Resource, account: Account, kind: str) -> list[Any]:
    """What the one who closes hears, and the one who books."""
    span = ledger.slot()
    hold = functools.partial(
        outcome,
        reserve.hold,
        user=account.user,
        merchant=account.merchant,
        resource=space,
        starts=span.start,
        ends=span.end,
    )
    return at_once(functools.partial(close, space, kind, factories.staff()), hold)


@pytest.mark.parametrize("kind", ["holiday", "closure"])
@pytest.mark.usefixtures("_house_as_before")
def test_close_when_somebody_books_then_one_of_them_sees_the_other(crowd, figures, kind):
    closed = 0
    for _ in range(ROUNDS):
        space = factories.studio()
        said_closing, said_booking = race_to_the_day(space, crowd[0], kind)

        if isinstance(said_closing, Settled):
            assert isinstance(said_booking, RuleViolation)
            assert set(said_booking.codes) <= {"outside_hours", "closed", "slot_taken"}
            closed += 1
        else:
            assert isinstance(said_booking, Booking)
            asked = [question.misfit.booking for question in said_closing.questions]
            assert asked == [said_booking]
        HolidayOverride.objects.all().delete()
        Closure.objects.all().delete()
        ledger.forget_bookings()

    figures.note(closed=closed, booked=ROUNDS - closed)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the control: who closes has looked for bookings before the other has booked, and
    the other has asked the rules before the day is closed."""
    both_have_looked = threading.Barrier(2)

    def reading(ids: Any) -> dict[int, Resource]:
        return Resource.objects.in_bulk(set(ids))

    def looking(*where: Any) -> Any:
        found = misfits(*where)
        if HolidayOverride.objects.exists():  # the second look: the day is closed by now
            both_have_looked.wait(10)
        return found

    def choosing(*wanted: Any, **how: Any) -> Any:
        found = free_unit(*wanted, **how)
        both_have_looked.wait(10)
        return found

    misfits, free_unit = settle.stranded.misfits, reserve.units.free_unit
    monkeypatch.setattr(settle, "lock_resources", reading)
    monkeypatch.setattr(reserve, "lock_resources", reading)
    monkeypatch.setattr(settle.stranded, "misfits", looking)
    monkeypatch.setattr(reserve.units, "free_unit", choosing)


@pytest.mark.usefixtures("_house_as_before")
def test_close_when_nothing_is_locked_then_a_booking_on_a_closed_day(crowd, unlocked):
    space = factories.studio()
    said_closing, said_booking = race_to_the_day(space, crowd[0], "holiday")

    assert isinstance(said_closing, Settled)
    assert isinstance(said_booking, Booking)
    assert said_booking.state == BookingState.HELD
    change.cancel(booking=said_booking)
