"""The waiting list under random cancellations, answers, silences and passing time: never two
offers for one slot, order kept also by strangers who come before the list is looked at, none
for the past, nobody above the cap."""

import contextlib
import datetime as dt
import itertools

import pytest
import time_machine
from django.conf import settings as house_settings
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.models import Booking, BookingState, Offer, Waiting
from bookings.services import change, freed, offers, reserve, waiting
from center import clock
from center.errors import RuleViolation
from tests import factories
from tests.conftest import NOW, kst

PEOPLE, SPACES = 3, 2
MINUTE = dt.timedelta(minutes=1)
#: short enough to be taken wholly: one use each
SPANS = [(kst(30, 9), kst(30, 11)), (kst(30, 13), kst(30, 15)), (kst(30, 15), kst(30, 17))]
WAITS = [10 * MINUTE, 31 * MINUTE, dt.timedelta(days=2), dt.timedelta(days=5)]
step = st.tuples(
    st.sampled_from(
        [
            *["cancel", "cancel", "book", "join", "accept", "decline", "leave", "wait", "pass"],
            *["snatch", "snatch"],
        ]
    ),
    st.integers(0, PEOPLE - 1),
    st.integers(0, 5),
)


class World:
    """Both spaces are taken, one use after the other, and three people wait."""

    def __init__(self, traveller):
        self.traveller = traveller
        factories.open_house()
        factories.policy(buffer_after=0, per_day=1, per_month=9)
        self.spaces = [factories.studio() for _ in range(SPACES)]
        self.people = [factories.merchant().memberships.get().user for _ in range(PEOPLE)]
        for n in range(SPACES * len(SPANS)):
            self.book(n)
        for n in range(PEOPLE):
            self.join(n, n)

    def do(self, act, who, n):
        if act == "pass":
            self.look()
            return
        try:
            with transaction.atomic():
                getattr(self, act)(who, n) if act != "book" else self.book(n)
        except RuleViolation:
            pass

    def book(self, n):
        space, (start, end) = self.spaces[n % SPACES], SPANS[n // SPACES]
        business = factories.merchant()
        person = business.memberships.get().user
        held = reserve.hold(user=person, merchant=business, resource=space, starts=start, ends=end)
        return reserve.confirm(booking=held, purpose="촬영", headcount=1)

    def snatch(self, who, n):
        """Something is given back, and strangers try for it at once; no pass between."""
        before = occupied()
        [self.cancel, self.decline, self.leave, self.outlast][n % 4](who, n)
        given_back = before - occupied()
        could = {entry: taken_before(entry) for entry in Waiting.objects.open()}
        for place in range(SPACES * len(SPANS)):
            if (self.spaces[place % SPACES].pk, SPANS[place // SPACES][0]) in given_back:
                with contextlib.suppress(RuleViolation), transaction.atomic():
                    taken = self.book(place)
                    assert not any(passed_over(one, taken, could[one]) for one in could)

    def outlast(self, _who, _n):
        """Just until what is offered now, by day, has run out."""
        self.traveller.shift(30 * MINUTE)

    def cancel(self, who, n):
        there = Booking.objects.filter(state=BookingState.CONFIRMED).order_by("pk")
        if there:
            change.cancel(booking=there[(who * 7 + n) % len(there)], by_staff=True)

    def join(self, who, n):
        """For one space or any, for one span or the whole day."""
        person, one = self.people[who], SPANS[n % len(SPANS)]
        start, end = one if n < 3 else (kst(30, 9), kst(30, 18))
        wish = {"resource": self.spaces[n % SPACES]} if n % 3 else {"category": "studio"}
        business = person.memberships.get().merchant
        waiting.join(user=person, merchant=business, starts=start, ends=end, minutes=120, **wish)

    def accept(self, who, _n):
        if offer := self.open_offer(who):
            waiting.accept(offer=offer, purpose="라이브", headcount=1)

    def decline(self, who, _n):
        if offer := self.open_offer(who):
            waiting.decline(offer=offer)

    def leave(self, who, _n):
        if entry := Waiting.objects.open().filter(user=self.people[who]).first():
            waiting.leave(entry=entry)

    def wait(self, _who, n):
        self.traveller.shift(WAITS[n % len(WAITS)])

    def open_offer(self, who):
        return Offer.objects.open(clock.now()).filter(waiting__user=self.people[who]).first()

    def look(self):
        """One pass, and whether somebody was passed over."""
        before = set(Offer.objects.values_list("pk", flat=True))
        could = {entry.pk: taken_before(entry) for entry in Waiting.objects.open()}
        offers.make_offers()
        fresh = Offer.objects.exclude(pk__in=before).select_related("booking", "waiting")
        in_line = list(Waiting.objects.filter(pk__in=could).in_line())
        for offer in fresh:
            place = [entry.pk for entry in in_line].index(offer.waiting_id)
            for earlier in in_line[:place]:
                assert not passed_over(earlier, offer.booking, could[earlier.pk])

    def check(self):
        now = clock.now()
        there = list(Offer.objects.open(now).select_related("booking"))
        for one, two in itertools.combinations(there, 2):
            assert one.booking.resource_id != two.booking.resource_id or (
                one.booking.ends <= two.booking.starts or two.booking.ends <= one.booking.starts
            )
        for offer in Offer.objects.select_related("booking", "waiting"):
            assert offer.made_at < offer.booking.starts
            assert offer.booking.held_until is None or (
                offer.booking.held_until <= offer.booking.starts
            )
            assert offer.waiting.starts <= offer.booking.starts
            assert offer.booking.ends <= offer.waiting.ends
        for entry in Waiting.objects.all():
            assert entry.offers_made == entry.offers.count() <= house_settings.WAITING_OFFERS
            assert len({(o.booking.resource_id, o.booking.starts) for o in entry.offers.all()}) == (
                entry.offers_made
            )


def occupied():
    """What is somebody's at the moment: spaces and starts."""
    there = Booking.objects.filter(state__in=BookingState.live)
    there = there.exclude(state=BookingState.HELD, held_until__lte=clock.now())
    return set(there.values_list("resource", "starts"))


def taken_before(entry):
    """What stood against an offer before the pass: a use of that day, or the very same offers."""
    used = Booking.objects.filter(merchant=entry.merchant, state__in=BookingState.counted)
    used = used.exclude(state=BookingState.HELD, held_until__lte=clock.now()).exists()
    had = set(entry.offers.values_list("booking__resource", "booking__starts"))
    return used, had, entry.offers_made


def passed_over(earlier, booking, before):
    """Naively: who was first, could have used it and got nothing."""
    used, had, made = before
    place = (booking.resource_id, booking.starts)
    meant = earlier.resource_id in (None, place[0])
    fits = earlier.starts <= booking.starts and booking.ends <= earlier.ends
    has_one = Offer.objects.open(clock.now()).filter(waiting__merchant=earlier.merchant).exists()
    barred = used or place in had or made >= house_settings.WAITING_OFFERS or has_one
    return earlier.state == "waiting" and meant and fits and not barred


@pytest.mark.django_db
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(step, min_size=6, max_size=16), st.integers(1, 3))
def test_waiting_list_when_random_operations_then_the_invariants_hold(db, steps, cap):
    with (
        transaction.atomic(),
        time_machine.travel(NOW, tick=False) as traveller,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(house_settings, "WAITING_OFFERS", cap)
        world = World(traveller)
        for one in steps:
            world.do(*one)
            world.do("pass", 0, 0)
            world.check()
        transaction.set_rollback(True)


@pytest.mark.parametrize("fault", ["made", "order"])
def test_checks_when_something_is_wrong_then_they_say_so(db, fault):
    """Of the checks themselves."""
    with time_machine.travel(NOW, tick=False) as traveller:
        world = World(traveller)
        world.cancel(0, 0)
        world.look()
        offer = Offer.objects.select_related("booking", "waiting").get()
        if fault == "made":
            Waiting.objects.filter(pk=offer.waiting_id).update(offers_made=9)
            with pytest.raises(AssertionError):
                world.check()
        else:
            last = Waiting.objects.create(
                merchant=factories.merchant(),
                user=world.people[0],
                category="studio",
                starts=kst(30, 9),
                ends=kst(30, 18),
                minutes=120,
                created_at=NOW - dt.timedelta(days=1),
            )
            assert passed_over(last, offer.booking, (False, set(), 0))


@pytest.mark.parametrize("seconds", [0, 90])
def test_checks_when_the_line_does_not_go_first_then_they_say_so(db, monkeypatch, seconds):
    """Of the strangers: with no time kept for the line they are before it, and are caught."""
    monkeypatch.setattr(freed, "LINE_FIRST", dt.timedelta(seconds=seconds))
    with time_machine.travel(NOW, tick=False) as traveller:
        world = World(traveller)
        if seconds:
            world.snatch(0, 0)
            assert Waiting.objects.open().count() == PEOPLE
        else:
            with pytest.raises(AssertionError):
                world.snatch(0, 0)
