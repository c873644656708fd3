"""Free slots against a naive count, minute by minute."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings import availability, house
from bookings.availability import Busy, count_free
from bookings.intervals import Interval
from bookings.models import Allocation, Booking, BookingState, Closure, ClosureKind, Unit
from bookings.services import closures, reserve
from bookings.services.units import as_range
from tests import factories
from tests.conftest import kst


def busy_unit(pairs):
    """Disjoint ascending spans from arbitrary ones, as the constraint guarantees them."""
    spans, last = [], -1
    for start, length in sorted(pairs):
        if start > last:
            spans.append((start, start + length))
            last = start + length - 1
    return Busy([start for start, _end in spans], [end for _start, end in spans])


units = st.lists(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 40)), max_size=6).map(busy_unit),
    max_size=5,
)
grids = st.tuples(st.integers(0, 30), st.integers(1, 30), st.integers(1, 60), st.integers(0, 8))


@given(grids, units)
def test_count_free_when_any_grid_then_equals_the_minute_by_minute_count(grid, busy):
    first, step, length, count = grid
    wanted = [(first + n * step, first + n * step + length) for n in range(count)]
    taken = [
        {minute for start, end in zip(*unit, strict=True) for minute in range(start, end)}
        for unit in busy
    ]
    expected = [
        sum(1 for minutes in taken if not minutes & set(range(start, end))) for start, end in wanted
    ]
    assert count_free(wanted, busy) == expected


DAY = dt.date(2026, 11, 27)


def slots_of(space, day=DAY):
    return {slot.start.hour: slot.free_units for slot in availability.free_slots(space, day, 1)}


def occupy(space, merchant, start, end, unit=1, *, buffer=15, state=BookingState.CONFIRMED):
    booking = Booking.objects.create(
        resource=space,
        merchant=merchant,
        starts=start,
        ends=end,
        buffer_after=buffer,
        state=state,
        held_until=kst(23, 10, 30) if state == BookingState.HELD else None,
        cancellable_until=start,
        requested_at=None if state == BookingState.HELD else start,
    )
    Allocation.objects.create(
        unit=Unit.objects.get(resource=space, name=str(unit)),
        during=as_range(Interval(*booking.blocked)),
        booking=booking,
    )
    return booking


@pytest.mark.django_db
def test_free_slots_when_nothing_booked_then_every_hour_of_the_opening(at_now, studio):
    assert slots_of(studio) == {9: 1, 10: 1, 11: 1, 13: 1, 14: 1, 15: 1, 16: 1, 17: 1}


@pytest.mark.django_db
def test_free_slots_when_booked_then_its_time_and_its_buffer_are_gone(at_now, studio, merchant):
    occupy(studio, merchant, kst(27, 13), kst(27, 14))
    # 14:00 lies in the buffer; 11:00 would have its own buffer end before 13:00
    assert slots_of(studio) == {9: 1, 10: 1, 11: 1, 15: 1, 16: 1, 17: 1}


@pytest.mark.django_db
def test_free_slots_when_one_of_two_units_booked_then_one_left(at_now, house, merchant):
    space = factories.studio(2)
    occupy(space, merchant, kst(27, 9), kst(27, 10), buffer=0)
    assert slots_of(space)[9] == 1
    assert slots_of(space)[10] == 2


@pytest.mark.django_db
def test_free_slots_when_unit_out_of_service_then_not_counted(at_now, house):
    space = factories.studio(2)
    Unit.objects.filter(resource=space, name="2").update(in_service=False)
    assert slots_of(space)[9] == 1


@pytest.mark.django_db
def test_free_slots_when_unit_closed_then_the_other_is_left(at_now, house):
    space = factories.studio(2)
    unit = space.units.first()
    closures.close(
        closure=Closure(
            kind=ClosureKind.MAINTENANCE,
            unit=unit,
            starts=kst(27, 9),
            ends=kst(27, 11),
            reason="점검",
        )
    )
    assert slots_of(space)[9] == 1
    assert slots_of(space)[11] == 2


@pytest.mark.django_db
def test_free_slots_when_hold_ran_out_but_was_not_swept_then_free(at_now, studio, merchant):
    occupy(studio, merchant, kst(27, 9), kst(27, 10), state=BookingState.HELD)
    assert slots_of(studio)[9] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("minute", "shown"), [(59, True), (0, False), (1, False)])
def test_free_slots_when_notice_in_hours_then_cut_off_to_the_minute(at_now, studio, minute, shown):
    factories.policy(notice_days=0, notice_hours=72)
    at_now.move_to(kst(24, 8 if minute == 59 else 9, minute) + dt.timedelta(minutes=minute == 0))
    assert (9 in slots_of(studio)) is shown


@pytest.mark.django_db
def test_free_slots_when_too_soon_or_too_far_then_left_out(at_now, studio):
    first = dt.date(2026, 11, 23)
    days = {slot.start.date() for slot in availability.free_slots(studio, first, 31)}
    assert min(days) == dt.date(2026, 11, 26)
    assert max(days) == dt.date(2026, 12, 23)


@pytest.mark.django_db
def test_free_slots_when_posted_as_they_stand_then_every_one_can_be_held(at_now, studio, merchant):
    user = merchant.memberships.get().user
    for slot in availability.free_slots(studio, DAY, 1):
        held = reserve.hold(
            user=user, merchant=merchant, resource=studio, starts=slot.start, ends=slot.end
        )
        assert held.state == BookingState.HELD


@pytest.mark.django_db
def test_nearest_free_when_taken_then_same_length_nearby_in_order(at_now, studio, merchant):
    occupy(studio, merchant, kst(27, 13), kst(27, 15))
    found = availability.nearest_free(studio, Interval(kst(27, 13), kst(27, 15)))
    assert Interval(kst(27, 16), kst(27, 18)) in found
    assert all(span.end - span.start == dt.timedelta(hours=2) for span in found)
    assert found == sorted(found)


@pytest.mark.django_db
def test_load_when_many_units_and_days_then_two_queries(studio, django_assert_num_queries):
    spaces = [factories.studio(units) for units in (1, 24)]
    house.current()
    for some, days in ((spaces[:1], 1), (spaces, 31)):
        with django_assert_num_queries(2):
            availability.load(some, DAY, DAY + dt.timedelta(days=days))
