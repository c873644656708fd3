"""Offers of the waiting list: answered twice, running out, and wanted by a third meanwhile."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from bookings.models import Booking, BookingState, Offer, Resource, Waiting
from bookings.models.waiting import WaitingQuerySet
from bookings.services import change, offers, reserve, units, waiting
from bookings.services.expire import expire_ended_holds
from center import clock
from center.errors import RuleViolation
from merchants.models import Merchant
from tests import factories
from tests.races import ledger
from tests.races.clients import TRIES, Account, at_once, outcome

#: how much longer an offer lasts when the race begins: surely too short … surely enough
MILLISECONDS_LEFT = [1, 10, 20, 30, 45, 60, 90, 3000, 3000]
DAWDLE_SECONDS = 0.1


@pytest.fixture(autouse=True)
def _nobody_waits() -> Iterator[None]:
    yield
    forget()


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bookings_waiting CASCADE")
    ledger.forget_bookings()


def waits(account: Account, space: Resource) -> Waiting:
    span = ledger.slot()
    wish = {"resource": space, "starts": span.start, "ends": span.end, "minutes": 60}
    return waiting.join(user=account.user, merchant=account.merchant, **wish)


def hold(account: Account, space: Resource) -> Booking:
    span = ledger.slot()
    wish = {"resource": space, "starts": span.start, "ends": span.end}
    return reserve.hold(user=account.user, merchant=account.merchant, **wish)


def freed(crowd: list[Account], space: Resource) -> None:
    """Two wait for a time, and whoever had it gives it up."""
    gone = reserve.confirm(booking=hold(crowd[0], space), purpose="제품 사진", headcount=1)
    for account in crowd[1:3]:
        waits(account, space)
    change.cancel(booking=gone)


def open_offers() -> int:
    return Offer.objects.open(clock.now()).count()


def race_for_the_offer(
    crowd: list[Account], space: Resource, milliseconds: int
) -> tuple[Offer, list[Any]]:
    """The first in line accepts twice at once while the offer runs out, the list is looked at
    by two, and a third books."""
    freed(crowd, space)
    offers.make_offers()
    offer = Offer.objects.select_related("booking").get()
    held_until = clock.now() + dt.timedelta(milliseconds=milliseconds)
    Booking.objects.filter(pk=offer.booking_id).update(held_until=held_until)
    accept = functools.partial(
        outcome, waiting.accept, offer=offer, purpose="라이브 방송", headcount=1
    )
    book = functools.partial(outcome, hold, account=crowd[3], space=space)
    heard = at_once(accept, accept, sweep, offers.make_offers, offers.make_offers, book)
    offer.booking.refresh_from_db()
    return offer, heard


def sweep() -> None:
    """As the timetable does, only more often."""
    for _ in range(10):
        expire_ended_holds(now=clock.now())
        time.sleep(0.01)


def test_offer_when_accepted_twice_run_out_and_wanted_then_one_has_the_time(crowd, figures):
    space, span = factories.studio(), ledger.slot()
    deadlocks, ends = ledger.deadlocks(), []

    for milliseconds in MILLISECONDS_LEFT:
        offer, heard = race_for_the_offer(crowd, space, milliseconds)

        first, second, *_others, third = heard
        accepted = offer.booking.state == BookingState.CONFIRMED
        for said in (first, second):
            assert isinstance(said, Booking if accepted else RuleViolation)
        assert ledger.allocated(space, span) <= 1
        assert ledger.double_bookings() == ledger.half_bookings() == 0
        assert isinstance(third, RuleViolation)  # two were before
        assert open_offers() + accepted <= 1
        offers.make_offers()
        assert open_offers() + accepted == 1
        assert accepted or Offer.objects.open(clock.now()).get().waiting.user == crowd[2].user
        states = Waiting.objects.order_by("pk").values_list("state", flat=True)
        # Who let it pass waited for nothing but this time, and nobody is offered it twice.
        assert list(states) == ["taken" if accepted else "over", "waiting"]
        ends.append("accepted" if accepted else "next")
        forget()

    figures.note(**{end: ends.count(end) for end in ("accepted", "next")})
    assert ends[-1] == "accepted"
    assert ends[0] != "accepted"
    assert ledger.deadlocks() == deadlocks


def race_of_two_passes(crowd: list[Account], space: Resource) -> int:
    """How many offers two looks at the list make of the one time that is free."""
    freed(crowd, space)
    at_once(offers.make_offers, offers.make_offers)
    made = Offer.objects.count()
    forget()
    return made


def test_offers_when_two_look_at_the_list_at_once_then_one_offer(crowd):
    space = factories.studio()
    assert [race_of_two_passes(crowd, space) for _ in range(5)] == [1] * 5


def test_offers_when_nothing_guards_then_one_time_is_offered_twice(crowd, monkeypatch):
    space = factories.studio()
    take_out_locks(monkeypatch)
    with ledger.without_constraint():
        assert any(race_of_two_passes(crowd, space) > 1 for _ in range(TRIES))


def test_offers_when_only_the_constraint_guards_then_still_one_offer(crowd, monkeypatch):
    space = factories.studio()
    take_out_locks(monkeypatch)
    assert [race_of_two_passes(crowd, space) for _ in range(3)] == [1] * 3


def take_out_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is looked at by everybody, and reads what it would lock, with time to think."""
    free_unit = units.free_unit

    def dawdle(*arguments: Any, **options: Any) -> Any:
        found = free_unit(*arguments, **options)
        time.sleep(DAWDLE_SECONDS)
        return found

    monkeypatch.setattr(offers, "alone_for_long", lambda name: contextlib.nullcontext(True))
    monkeypatch.setattr(offers, "lock_merchant", lambda pk: Merchant.objects.get(pk=pk))
    monkeypatch.setattr(offers, "lock_resources", lambda ids: Resource.objects.in_bulk(set(ids)))
    monkeypatch.setattr(WaitingQuerySet, "select_for_update", lambda self, **options: self)
    monkeypatch.setattr(units, "free_unit", dawdle)
