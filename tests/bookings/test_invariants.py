"""Random people doing random things: no overlap, no business above its limits, no half state."""

import datetime as dt
import itertools

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.models import Allocation, Booking, BookingState, Category
from bookings.services import change, decide, reserve
from bookings.services.expire import expire_ended_holds
from center import clock
from center.errors import RuleViolation
from tests import factories
from tests.conftest import NOW, kst

BUSINESSES, SPACES, DAYS = 3, 3, 3
hours = st.sampled_from([9, 10, 11, 13, 14, 15])
step = st.tuples(
    st.sampled_from(["hold", "confirm", "cancel", "move", "expire", "approve", "wait"]),
    st.integers(0, BUSINESSES - 1),
    st.integers(0, SPACES - 1),
    st.integers(0, DAYS - 1),
    hours,
    st.integers(1, 3),
    st.booleans(),
)


class World:
    def __init__(self, traveller):
        self.traveller = traveller
        factories.open_house()
        factories.policy(per_month=2, per_day=1)
        self.spaces = [factories.studio(units) for units in (1, 1, 2)]
        factories.policy(resource=self.spaces[1], needs_approval=True)
        self.camera = factories.resource(Category.EQUIPMENT, used_in=self.spaces)
        self.merchants = [factories.merchant() for _ in range(BUSINESSES)]
        self.staff = factories.staff()

    def do(self, act, who, where, day, hour, length, flag):
        start = kst(26 + day, hour)
        span = {"starts": start, "ends": start + dt.timedelta(hours=length)}
        merchant = self.merchants[who]
        mine = Booking.objects.filter(merchant=merchant).order_by("-pk")
        try:
            with transaction.atomic():
                self._act(act, merchant, mine, self.spaces[where], span, flag, length)
        except RuleViolation:
            pass

    def _act(self, act, merchant, mine, space, span, flag, length):
        if act == "hold":
            user = merchant.memberships.get().user
            reserve.hold(user=user, merchant=merchant, resource=space, **span)
        elif act == "confirm" and (held := mine.filter(state="held").first()):
            gear = [self.camera] if flag else []
            reserve.confirm(booking=held, purpose="촬영", headcount=1, equipment=gear)
        elif act == "cancel" and (one := mine.live().first()):
            change.cancel(booking=one)
        elif act == "move" and (one := mine.live().first()):
            change.move(booking=one, **span)
        elif act == "expire":
            expire_ended_holds(now=clock.now())
        elif act == "approve" and (one := mine.filter(state="requested").first()):
            decide.approve(booking=one, by=self.staff)
        elif act == "wait":
            self.traveller.shift(dt.timedelta(minutes=4 * length))

    def check(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        rows = list(Allocation.objects.order_by("unit_id", "during").values_list("unit", "during"))
        for (unit, span), (next_unit, next_span) in itertools.pairwise(rows):
            assert unit != next_unit or span.upper <= next_span.lower
        for merchant in self.merchants:
            counted = Booking.objects.filter(
                merchant=merchant, state__in=BookingState.counted
            ).exclude(state="held", held_until__lte=clock.now())
            days = [clock.day_of(start) for start in counted.values_list("starts", flat=True)]
            assert len(days) == len(set(days))
            assert len(days) <= 2
        taken = Booking.objects.filter(state__in=BookingState.occupying)
        assert not taken.filter(allocations=None).exists()
        assert not Booking.objects.exclude(pk__in=taken).exclude(allocations=None).exists()
        for booking in taken.prefetch_related("allocations__unit"):
            spans = {(a.during.lower, a.during.upper) for a in booking.allocations.all()}
            spaces = [
                a for a in booking.allocations.all() if a.unit.resource_id == booking.resource_id
            ]
            assert spans == {booking.blocked}
            assert len(spaces) == 1


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(step, min_size=3, max_size=14))
def test_engine_when_random_operations_then_the_invariants_hold(db, steps):
    with transaction.atomic(), time_machine.travel(NOW, tick=False) as traveller:
        world = World(traveller)
        for one in steps:
            world.do(*one)
            world.check()
        transaction.set_rollback(True)
