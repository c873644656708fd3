"""Random people doing random things: no overlap, no business above its limits, no half state."""

import datetime as dt
import itertools
from collections import Counter

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.models import (
    Allocation,
    Booking,
    BookingSource,
    BookingState,
    Category,
    Closure,
    ClosureKind,
    RejectReason,
)
from bookings.services import attendance, change, closures, decide, on_behalf, repair, reserve
from bookings.services.expire import expire_ended_holds
from center import clock
from center.errors import RuleViolation
from merchants.models import Membership
from tests import factories
from tests.conftest import NOW

BUSINESSES, SPACES, MEMBERS = 2, 3, 1
PER_DAY, PER_MONTH = 1, 2
BY_MEMBERS = ["hold", "hold", "confirm", "confirm", "cancel", "move"]
BY_STAFF = ["book", "book", "move for", "cancel for", "approve", "reject", "enter", "leave", "miss"]
OF_THE_HOUSE = ["close", "reopen", "take out", "put back", "minute by minute"]
#: minutes to weeks: the entry of a use, its deadline, the end of the month lie within
WAITS = [dt.timedelta(minutes=5), dt.timedelta(hours=3), dt.timedelta(days=1), dt.timedelta(days=5)]
#: uses of the days ahead; after a wait or two they lie beyond the end of the month
DAYS_AHEAD = 6
SAID = {"purpose": "촬영", "headcount": 1}
step = st.tuples(
    st.sampled_from([*BY_MEMBERS, *BY_STAFF, *OF_THE_HOUSE, "wait", "wait"]),
    st.integers(0, BUSINESSES - 1),
    st.integers(0, SPACES - 1),
    st.integers(1, DAYS_AHEAD),
    st.sampled_from([9, 10, 11, 13, 14, 15]),
    st.integers(0, 3),
)


class World:
    def __init__(self, traveller):
        self.traveller = traveller
        factories.open_house()
        factories.policy(per_month=PER_MONTH, per_day=PER_DAY, notice_days=0, no_show_days=1)
        self.spaces = [factories.studio(units) for units in (1, 1, 2)]
        factories.policy(resource=self.spaces[1], needs_approval=True)
        self.camera = factories.resource(Category.EQUIPMENT, used_in=self.spaces)
        self.merchants = [factories.merchant() for _ in range(BUSINESSES)]
        for merchant in self.merchants:
            for _ in range(MEMBERS):
                user = factories.user()
                Membership.objects.create(merchant=merchant, user=user, role=Membership.Role.MEMBER)
        self.staff = [factories.staff(), factories.staff()]
        for merchant in self.merchants:  # one more and the month is full
            self.do("book", self.merchants.index(merchant), 2, 4, 15, 1)

    def do(self, act, who, where, days, hour, n):
        """Whether it was allowed."""
        start = clock.at(clock.today() + days * clock.DAY, dt.time(hour))
        span = {"starts": start, "ends": start + dt.timedelta(hours=max(n, 1))}
        try:
            with transaction.atomic():
                if act in BY_MEMBERS:
                    self._as_member(act, self.merchants[who], self.spaces[where], span, n)
                elif act in BY_STAFF:
                    self._as_staff(act, self.merchants[who], self.spaces[where], span, n)
                elif act == "wait":
                    self.traveller.shift(WAITS[n])
                else:
                    self._as_house(act, self.spaces[where], span, n)
        except RuleViolation:
            return False
        return True

    def _as_member(self, act, merchant, space, span, n):
        members = list(merchant.memberships.order_by("pk"))
        user, mine = members[n % len(members)].user, bookings_of(merchant)
        if act == "hold":
            reserve.hold(user=user, merchant=merchant, resource=space, **span)
        elif act == "confirm" and (held := mine.filter(state="held").first()):
            gear = [self.camera] if n else []
            reserve.confirm(booking=held, purpose="촬영", headcount=1, equipment=gear)
        elif act == "cancel" and (one := mine.live().first()):
            change.cancel(booking=one)
        elif act == "move" and (one := mine.live().first()):
            change.move(booking=one, **span)

    def _as_staff(self, act, merchant, space, span, n):
        by, mine = self.staff[n % 2], bookings_of(merchant)
        one, requested = mine.live().first(), mine.filter(state="requested").first()
        if act == "book":
            source = BookingSource.PHONE
            on_behalf.book(by=by, merchant=merchant, resource=space, source=source, **span, **SAID)
        elif act == "approve" and requested:
            decide.approve(booking=requested, by=by)
        elif act == "reject" and requested:
            decide.reject(booking=requested, by=by, reason=RejectReason.OTHER, text="사정")
        elif one and act == "move for":
            change.move(booking=one, by=by, by_staff=True, **span)
        elif one and act == "cancel for":
            change.cancel(booking=one, by=by, by_staff=True)
        elif one and act in {"enter", "leave", "miss"}:
            self._at_the_door(act, one, by, n)

    def _at_the_door(self, act, booking, by, n):
        """Nobody enters days before the use: the clock goes to its beginning, or past it."""
        begun = booking.starts + dt.timedelta(minutes=(0, 5, 30, 90)[n])
        if clock.now() < begun:
            self.traveller.move_to(begun, tick=False)
        if act == "enter":
            attendance.check_in(booking=booking, by=by)
        elif act == "leave":
            attendance.check_out(booking=booking, by=by)
        else:
            attendance.mark_no_show(booking=booking, by=by)

    def _as_house(self, act, space, span, n):
        unit = space.units.order_by("pk").first()
        if act == "close":
            what = [{}, {"resource": space}, {"unit": unit}][n % 3]
            period = {"starts": span["starts"], "ends": span["ends"]}
            closures.close(closure=Closure(kind=ClosureKind.OTHER, reason="점검", **what, **period))
        elif act == "reopen" and (closure := Closure.objects.order_by("-pk").first()):
            closures.reopen(closure=closure)
        elif act == "take out":
            repair.take_out(unit=unit, reason="수리")
        elif act == "put back":
            repair.put_back(unit=unit)
        elif act == "minute by minute":  # what the timetable does
            expire_ended_holds(now=clock.now())
            attendance.mark_no_shows(now=clock.now())
            attendance.complete_ended(now=clock.now())

    def check(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        rows = list(Allocation.objects.order_by("unit_id", "during").values_list("unit", "during"))
        for (unit, span), (next_unit, next_span) in itertools.pairwise(rows):
            assert unit != next_unit or span.upper <= next_span.lower
        for merchant in self.merchants:
            self._check_limits(merchant)
        self._check_units()

    def _check_limits(self, merchant):
        """Every row of the business read, and counted by its day and month in Korea."""
        days, months = Counter(), Counter()
        for booking in Booking.objects.filter(merchant=merchant):
            gone = booking.state == "held" and booking.held_until <= clock.now()
            if booking.state in {"cancelled", "rejected", "expired"} or gone:
                continue
            korean = booking.starts.astimezone(dt.timezone(dt.timedelta(hours=9)))
            days[korean.date()] += 1
            months[korean.year, korean.month] += 1
        assert max(days.values(), default=0) <= PER_DAY
        assert max(months.values(), default=0) <= PER_MONTH

    def _check_units(self):
        taken = Booking.objects.filter(state__in=BookingState.occupying)
        assert not taken.filter(allocations=None).exists()
        assert not Booking.objects.exclude(pk__in=taken).exclude(allocations=None).exists()
        for booking in taken.prefetch_related("allocations__unit"):
            spans = {(a.during.lower, a.during.upper) for a in booking.allocations.all()}
            begins, ends = booking.blocked
            spaces = [
                a for a in booking.allocations.all() if a.unit.resource_id == booking.resource_id
            ]
            left = booking.state == BookingState.COMPLETED and booking.completed_at < booking.ends
            assert len(spans) == 1
            assert all(lower == begins for lower, _upper in spans)
            # Whoever leaves early gives the rest back; whoever came too soon had a minute of it.
            assert all(upper <= ends if left else upper == ends for _lower, upper in spans)
            assert len(spaces) == 1


def bookings_of(merchant):
    return Booking.objects.filter(merchant=merchant).order_by("-pk")


@pytest.mark.django_db
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(step, min_size=6, max_size=18))
def test_engine_when_random_operations_then_the_invariants_hold(db, steps):
    with transaction.atomic(), time_machine.travel(NOW, tick=False) as traveller:
        world = World(traveller)
        for one in steps:
            if world.do(*one):
                world.check()
        transaction.set_rollback(True)
