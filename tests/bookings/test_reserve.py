import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Allocation, Booking, BookingState, Category, Unit
from bookings.services import change, reserve
from center.errors import RuleViolation
from merchants.models import Membership, MerchantState
from merchants.services.suspend import suspend
from tests import factories
from tests.conftest import NOW, kst

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def hold(space, merchant, start=None, end=None, *, user=None):
    return reserve.hold(
        user=user or merchant.memberships.first().user,
        merchant=merchant,
        resource=space,
        starts=start or kst(27, 10),
        ends=end or kst(27, 12),
    )


def confirm(booking, **given):
    return reserve.confirm(booking=booking, **{"purpose": "촬영", "headcount": 2, **given})


def refused(*args, **kwargs):
    with pytest.raises(RuleViolation) as refusal:
        hold(*args, **kwargs)
    return list(refusal.value.codes)


def test_hold_when_free_then_unit_and_buffer_are_taken_for_ten_minutes(at_now, studio, merchant):
    booking = hold(studio, merchant)
    allocation = booking.allocations.get()
    assert booking.state == BookingState.HELD
    assert booking.held_until == NOW + dt.timedelta(minutes=10)
    assert (allocation.during.lower, allocation.during.upper) == (kst(27, 10), kst(27, 12, 15))
    assert booking.cancellable_until == kst(25, 18)


def test_hold_when_last_unit_is_taken_then_slot_taken(at_now, studio, merchant):
    hold(studio, factories.merchant())
    assert refused(studio, merchant) == ["slot_taken"]
    assert Booking.objects.count() == 1


def test_hold_when_last_unit_is_taken_then_nobody_waits_for_a_lock(at_now, studio, merchant):
    hold(studio, factories.merchant())
    user = merchant.memberships.get().user
    with CaptureQueriesContext(connection) as queries:
        assert refused(studio, merchant, user=user) == ["slot_taken"]
    assert [query for query in queries.captured_queries if "FOR NO KEY" in query["sql"]] == []
    assert len(queries) == 2


def test_hold_when_taken_and_the_quota_used_then_the_quota_is_named(at_now, studio, merchant):
    confirm(hold(studio, merchant, kst(27, 14), kst(27, 15)))
    hold(studio, factories.merchant())
    assert refused(studio, merchant) == ["day_quota"]


def test_hold_when_taken_and_another_time_is_held_then_the_own_hold_counts_not(
    at_now, studio, merchant
):
    hold(studio, factories.merchant())
    own = hold(studio, merchant, kst(27, 14), kst(27, 15))
    assert refused(studio, merchant) == ["slot_taken"]
    own.refresh_from_db()
    assert own.state == BookingState.HELD


def test_hold_when_touching_without_buffer_then_both_fit(at_now, studio, merchant):
    factories.policy(buffer_after=0)
    hold(studio, factories.merchant(), kst(27, 9), kst(27, 10))
    assert hold(studio, merchant, kst(27, 10), kst(27, 11)).state == BookingState.HELD


def test_hold_when_the_neighbours_buffer_reaches_in_then_refused(at_now, studio, merchant):
    hold(studio, factories.merchant(), kst(27, 9), kst(27, 10))
    assert refused(studio, merchant, kst(27, 10), kst(27, 11)) == ["slot_taken"]


def test_hold_when_chosen_anew_then_the_earlier_one_is_given_back(at_now, studio, merchant):
    first = hold(studio, merchant)
    second = hold(studio, merchant, kst(27, 11), kst(27, 12))
    first.refresh_from_db()
    assert (first.state, first.reason_code) == (BookingState.EXPIRED, "given_up")
    assert not first.allocations.exists()
    assert second.state == BookingState.HELD


def test_hold_when_new_choice_is_refused_then_the_earlier_one_stays(at_now, studio, merchant):
    first = hold(studio, merchant)
    assert refused(studio, merchant, kst(24, 10), kst(24, 11)) == ["too_soon"]
    first.refresh_from_db()
    assert first.state == BookingState.HELD
    assert first.allocations.count() == 1


def test_hold_when_sent_twice_then_the_same_hold(at_now, studio, merchant):
    assert hold(studio, merchant) == hold(studio, merchant)
    assert Allocation.objects.count() == 1


@pytest.mark.parametrize(("seconds", "is_free"), [(-1, False), (0, True), (1, True)])
def test_hold_when_another_hold_runs_out_then_free_to_the_second(
    at_now, studio, merchant, seconds, is_free
):
    other = hold(studio, factories.merchant())
    at_now.move_to(other.held_until + seconds * SECOND)
    if is_free:
        assert hold(studio, merchant).state == BookingState.HELD
        other.refresh_from_db()
        assert other.state == BookingState.EXPIRED
    else:
        assert refused(studio, merchant) == ["slot_taken"]


def test_hold_when_day_quota_is_used_up_by_a_colleague_then_refused(at_now, house, merchant):
    space, other = factories.studio(), factories.studio()
    colleague = factories.user()
    Membership.objects.create(merchant=merchant, user=colleague)
    hold(space, merchant)
    assert refused(other, merchant, user=colleague) == ["day_quota"]


def test_hold_when_other_category_then_its_own_quota(at_now, house, merchant):
    confirm(hold(factories.studio(), merchant))
    seat = factories.resource(Category.OFFICE_SEAT)
    assert hold(seat, merchant).state == BookingState.HELD


def test_hold_when_month_quota_is_used_then_refused_but_next_month_is_open(at_now, house, merchant):
    space = factories.studio()
    factories.policy(per_month=2, horizon_days=60)
    for day in (26, 27):
        confirm(hold(space, merchant, kst(day, 10), kst(day, 11)))
    assert refused(space, merchant, kst(30, 10), kst(30, 11)) == ["month_quota"]
    assert hold(space, merchant, kst(1, 10, month=12), kst(1, 11, month=12))


def test_hold_when_a_use_was_cancelled_then_it_does_not_count(at_now, studio, merchant):
    change.cancel(booking=confirm(hold(studio, merchant)))
    assert hold(studio, merchant).state == BookingState.HELD


def test_hold_when_month_ends_then_counted_in_korea(at_now, studio, merchant):
    """31 December 23:00 UTC is January in Korea."""
    factories.policy(per_month=1, per_day=9, notice_days=0, horizon_days=90)
    at_now.move_to(kst(30, 9, month=12))
    confirm(hold(studio, merchant, kst(31, 9, month=12), kst(31, 10, month=12)))
    january = (kst(4, 9, month=1, year=2027), kst(4, 10, month=1, year=2027))
    assert hold(studio, merchant, *january).state == BookingState.HELD


def test_hold_when_business_may_not_then_refused(at_now, studio):
    returned = factories.merchant(state=MerchantState.RETURNED, return_reasons=["other"])
    expired = factories.merchant(verified_until=dt.date(2026, 11, 22))
    suspended = factories.merchant()
    suspend(merchant=suspended, ends=kst(1, month=12), reason="미이용")
    assert refused(studio, returned) == ["not_verified"]
    assert refused(studio, expired) == ["not_verified"]
    assert refused(studio, suspended) == ["suspended"]
    with pytest.raises(RuleViolation, match="no_business"):
        reserve.hold(
            user=factories.user(),
            merchant=None,
            resource=studio,
            starts=kst(27, 10),
            ends=kst(27, 11),
        )


def test_hold_when_resource_is_not_bookable_then_refused(at_now, studio, merchant):
    camera = factories.resource(Category.EQUIPMENT)
    assert refused(camera, merchant) == ["equipment_needs_space"]
    studio.is_active = False
    studio.save()
    assert refused(studio, merchant) == ["not_offered"]


def test_confirm_when_instant_then_confirmed_with_everything_kept(at_now, studio, merchant):
    booking = confirm(hold(studio, merchant), user_name="홍길동")
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert (booking.purpose, booking.headcount, booking.user_name) == ("촬영", 2, "홍길동")
    assert booking.held_until is None
    assert booking.requested_at == booking.confirmed_at == NOW


def test_confirm_when_approval_is_needed_then_requested_with_a_due_date(at_now, studio, merchant):
    factories.policy(needs_approval=True)
    booking = confirm(hold(studio, merchant))
    assert booking.state == BookingState.REQUESTED
    assert booking.decide_until == kst(25, 18)
    assert booking.confirmed_at is None


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False), (1, False)])
def test_confirm_when_hold_runs_out_then_to_the_second(at_now, studio, merchant, seconds, works):
    booking = hold(studio, merchant)
    at_now.move_to(booking.held_until + seconds * SECOND)
    if works:
        assert confirm(booking).state == BookingState.CONFIRMED
    else:
        with pytest.raises(RuleViolation, match="hold_expired"):
            confirm(booking)


def test_confirm_when_twice_then_nothing_changes(at_now, studio, merchant):
    booking = hold(studio, merchant)
    confirm(booking)
    again = confirm(booking, purpose="다른 목적")
    assert (again.state, again.purpose) == (BookingState.CONFIRMED, "촬영")


def test_confirm_when_suspended_meanwhile_then_refused(at_now, studio, merchant):
    booking = hold(studio, merchant)
    suspend(merchant=merchant, ends=kst(1, month=12), reason="미이용")
    with pytest.raises(RuleViolation, match="suspended"):
        confirm(booking)


def test_confirm_when_equipment_then_taken_for_the_same_span(at_now, studio, merchant):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    booking = confirm(hold(studio, merchant), equipment=[camera])
    spans = {
        (a.unit.resource_id, a.during.lower, a.during.upper) for a in booking.allocations.all()
    }
    assert spans == {
        (studio.pk, kst(27, 10), kst(27, 12, 15)),
        (camera.pk, kst(27, 10), kst(27, 12, 15)),
    }


def test_confirm_when_one_of_two_things_is_taken_then_neither_is(at_now, house, merchant):
    first, second = factories.studio(), factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[first, second])
    lights = factories.resource(Category.EQUIPMENT, units=2, used_in=[first, second])
    confirm(hold(first, factories.merchant()), equipment=[camera])
    booking = hold(second, merchant)
    with pytest.raises(RuleViolation, match="equipment_taken"):
        confirm(booking, equipment=[lights, camera])
    booking.refresh_from_db()
    assert booking.state == BookingState.HELD
    assert booking.allocations.count() == 1


def test_confirm_when_equipment_is_not_lent_there_then_refused(at_now, studio, merchant):
    stray = factories.resource(Category.EQUIPMENT)
    with pytest.raises(RuleViolation, match="equipment_unknown"):
        confirm(hold(studio, merchant), equipment=[stray])


def test_confirm_when_too_many_for_the_unit_then_a_larger_one_is_found(at_now, house, merchant):
    room = factories.resource(Category.CONFERENCE, units=2, capacity=30)
    Unit.objects.filter(resource=room, name="1").update(capacity=12)
    booking = hold(room, merchant)
    assert booking.allocations.get().unit.name == "2"  # no capacity of its own sorts first
    Unit.objects.filter(resource=room, name="2").update(capacity=8)
    moved = confirm(booking, headcount=12)
    assert moved.allocations.get().unit.name == "1"


def test_confirm_when_too_many_for_every_unit_then_refused_and_still_held(at_now, studio, merchant):
    booking = hold(studio, merchant)
    with pytest.raises(RuleViolation, match="too_many_people"):
        confirm(booking, headcount=5)
    booking.refresh_from_db()
    assert booking.state == BookingState.HELD


def test_buffers_when_the_rule_changes_later_then_the_booking_keeps_its_own(
    at_now, studio, merchant
):
    booking = confirm(hold(studio, merchant))
    factories.policy(buffer_after=60)
    booking.refresh_from_db()
    assert booking.buffer_after == 15
    assert booking.blocked == (kst(27, 10), kst(27, 12, 15))
