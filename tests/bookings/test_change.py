import datetime as dt

import pytest

from bookings import selectors
from bookings.models import (
    BookingState,
    CancelReason,
    Category,
    Resource,
    StaffCancelReason,
    Unit,
)
from bookings.services import change
from center.errors import RuleViolation
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
DEADLINE = kst(25, 18)
CUTOFF = [(-1, True), (0, True), (1, False)]


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10–12, to be cancelled until Wednesday 18:00."""
    return confirm(hold(studio, merchant))


@pytest.mark.parametrize(("seconds", "works"), CUTOFF)
def test_cancel_when_deadline_then_to_the_second(at_now, booking, seconds, works):
    at_now.move_to(DEADLINE + dt.timedelta(seconds=seconds))
    assert change.is_changeable(booking, DEADLINE + dt.timedelta(seconds=seconds)) is works
    if works:
        done = change.cancel(booking=booking, reason=CancelReason.HEALTH, text="감기")
        assert (done.state, done.reason_code, done.reason_text) == ("cancelled", "health", "감기")
        assert not done.allocations.exists()
    else:
        with pytest.raises(RuleViolation, match="deadline_passed"):
            change.cancel(booking=booking)


def test_cancel_when_deadline_rule_changes_later_then_the_promise_stands(at_now, booking):
    factories.policy(cancel_days=5)
    assert change.cancel(booking=booking).state == BookingState.CANCELLED


@pytest.mark.parametrize(("seconds", "works"), CUTOFF)
def test_cancel_when_staff_then_until_the_start(at_now, booking, seconds, works):
    at_now.move_to(booking.starts + dt.timedelta(seconds=seconds))
    if works:
        assert change.cancel(booking=booking, by_staff=True).state == BookingState.CANCELLED
    else:
        with pytest.raises(RuleViolation, match="deadline_passed"):
            change.cancel(booking=booking, by_staff=True)


def test_cancel_when_only_held_then_it_expires_and_was_no_booking(at_now, studio, merchant):
    given_back = change.cancel(booking=hold(studio, merchant))
    assert (given_back.state, given_back.reason_code) == (BookingState.EXPIRED, "given_up")


def test_cancel_when_it_had_units_then_they_are_remembered(at_now, studio, merchant):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    done = change.cancel(booking=confirm(hold(studio, merchant), equipment=[camera]))
    assert {unit.resource for unit in selectors.units_of(done)} == {studio, camera}


def test_cancel_when_twice_then_nothing_changes(booking):
    first = change.cancel(booking=booking, reason=CancelReason.HEALTH)
    second = change.cancel(booking=booking, reason=CancelReason.OTHER)
    assert (second.reason_code, second.sequence) == ("health", first.sequence)


def test_cancel_when_equipment_then_it_is_free_again(at_now, studio, merchant):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    change.cancel(booking=confirm(hold(studio, merchant), equipment=[camera]))
    again = confirm(hold(studio, factories.merchant()), equipment=[camera])
    assert again.allocations.count() == 2


@pytest.mark.parametrize(("seconds", "works"), CUTOFF)
def test_move_when_deadline_of_the_old_start_then_to_the_second(at_now, booking, seconds, works):
    at_now.move_to(DEADLINE + dt.timedelta(seconds=seconds))
    if works:
        moved = change.move(booking=booking, starts=kst(1, 9, month=12), ends=kst(1, 10, month=12))
        assert moved.starts == kst(1, 9, month=12)
    else:
        with pytest.raises(RuleViolation, match="deadline_passed"):
            change.move(booking=booking, starts=kst(1, 9, month=12), ends=kst(1, 10, month=12))


def test_move_when_allowed_then_new_span_deadline_and_sequence(booking):
    moved = change.move(booking=booking, starts=kst(30, 14), ends=kst(30, 16))
    moved.refresh_from_db()
    during = moved.allocations.get().during
    assert (during.lower, during.upper) == (kst(30, 14), kst(30, 16, 15))
    assert moved.cancellable_until == kst(28, 18)
    assert (moved.state, moved.sequence) == (BookingState.CONFIRMED, 1)


def test_move_when_overlapping_its_own_time_then_it_is_not_in_its_own_way(booking):
    moved = change.move(booking=booking, starts=kst(27, 9), ends=kst(27, 11))
    assert moved.starts == kst(27, 9)


def test_move_when_target_is_taken_then_the_old_time_stays(booking, studio):
    hold(studio, factories.merchant(), kst(27, 14), kst(27, 15))
    with pytest.raises(RuleViolation, match="slot_taken"):
        change.move(booking=booking, starts=kst(27, 14), ends=kst(27, 15))
    booking.refresh_from_db()
    assert booking.starts == kst(27, 10)
    assert booking.allocations.get().during.lower == kst(27, 10)


def test_move_when_rules_of_the_new_day_refuse_then_named(booking):
    with pytest.raises(RuleViolation, match="too_soon"):
        change.move(booking=booking, starts=kst(25, 10), ends=kst(25, 11))


def test_move_when_quota_is_full_then_the_booking_itself_does_not_count(at_now, studio, merchant):
    factories.policy(per_month=1)
    booking = confirm(hold(studio, merchant))
    assert change.move(booking=booking, starts=kst(30, 10), ends=kst(30, 11)).sequence == 1


def test_move_when_equipment_then_it_comes_along_or_nothing_moves(at_now, house, merchant):
    first, second = factories.studio(), factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[first, second])
    booking = confirm(hold(first, merchant), equipment=[camera])
    confirm(hold(second, factories.merchant(), kst(30, 14), kst(30, 15)), equipment=[camera])
    with pytest.raises(RuleViolation, match="equipment_taken"):
        change.move(booking=booking, starts=kst(30, 14), ends=kst(30, 15))
    assert booking.allocations.count() == 2
    moved = change.move(booking=booking, starts=kst(30, 10), ends=kst(30, 11))
    assert {a.during.lower for a in moved.allocations.all()} == {kst(30, 10)}


def test_move_when_possible_then_the_same_unit(at_now, house, merchant):
    space = factories.studio(3)
    booking = confirm(hold(space, merchant))
    booking.allocations.update(unit=Unit.objects.get(resource=space, name="3"))
    moved = change.move(booking=booking, starts=kst(30, 10), ends=kst(30, 11))
    assert moved.allocations.get().unit.name == "3"


def test_move_when_approval_is_needed_then_it_is_asked_again(at_now, booking):
    factories.policy(needs_approval=True)
    moved = change.move(booking=booking, starts=kst(30, 10), ends=kst(30, 11))
    assert (moved.state, moved.confirmed_at) == (BookingState.REQUESTED, None)
    assert moved.decide_until == kst(25, 18)


def test_move_when_only_held_or_over_then_refused(at_now, studio, merchant):
    held = hold(studio, merchant)
    with pytest.raises(RuleViolation, match="not_changeable"):
        change.move(booking=held, starts=kst(30, 10), ends=kst(30, 11))
    cancelled = change.cancel(booking=confirm(held))
    with pytest.raises(RuleViolation, match="not_changeable"):
        change.move(booking=cancelled, starts=kst(30, 10), ends=kst(30, 11))


@pytest.fixture
def operator():
    return factories.staff()


def staff_move(booking, operator, start=None, end=None, **given):
    span = {"starts": start or booking.starts, "ends": end or booking.ends}
    return change.move(booking=booking, by_staff=True, by=operator, **span, **given)


def test_staff_move_when_approval_is_needed_then_it_stays_confirmed(booking, operator):
    factories.policy(needs_approval=True)
    moved = staff_move(booking, operator, kst(30, 10), kst(30, 11))
    assert (moved.state, moved.starts, moved.sequence) == ("confirmed", kst(30, 10), 1)


def test_staff_move_when_rules_stand_against_it_then_with_a_reason_that_is_kept(booking, operator):
    evening = (kst(24, 17), kst(24, 21))
    with pytest.raises(RuleViolation) as refusal:
        staff_move(booking, operator, *evening)
    assert refusal.value.codes == ("too_long", "outside_hours")
    moved = staff_move(booking, operator, *evening, override="장비 고장으로 앞당김")
    kept = moved.overrides.get()
    assert (kept.codes, kept.by) == (["too_long", "outside_hours"], operator)


def test_staff_move_when_deadline_is_over_then_until_the_start(at_now, booking, operator):
    at_now.move_to(booking.starts)
    assert staff_move(booking, operator, kst(30, 10), kst(30, 11), override="전화").sequence == 1
    at_now.move_to(kst(30, 10, 0) + dt.timedelta(seconds=1))
    with pytest.raises(RuleViolation, match="deadline_passed"):
        staff_move(booking, operator, kst(30, 14), kst(30, 15), override="전화")


def test_staff_move_when_another_unit_then_the_time_may_stay(at_now, house, merchant, operator):
    space = factories.studio(3)
    third = Unit.objects.get(resource=space, name="3")
    moved = staff_move(confirm(hold(space, merchant)), operator, to_unit=third)
    assert (moved.allocations.get().unit, moved.sequence) == (third, 1)
    assert staff_move(moved, operator, to_unit=third).sequence == 1


def test_staff_move_when_wished_unit_is_taken_then_nothing_moves(at_now, house, merchant, operator):
    space = factories.studio(2)
    theirs = confirm(hold(space, factories.merchant())).allocations.get().unit
    mine = confirm(hold(space, merchant))
    with pytest.raises(RuleViolation, match="slot_taken"):
        staff_move(mine, operator, to_unit=theirs)
    assert mine.allocations.get().unit != theirs


def test_staff_move_when_to_another_space_of_the_kind_then_it_is_the_bookings(
    at_now, house, merchant, operator
):
    first, second = factories.studio(), factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[first, second])
    booking = confirm(hold(first, merchant), equipment=[camera])
    moved = staff_move(booking, operator, to_unit=second.units.get())
    moved.refresh_from_db()
    assert moved.resource == second
    assert {a.unit.resource for a in moved.allocations.all()} == {second, camera}


def test_staff_move_when_equipment_is_not_lent_there_then_refused(
    at_now, house, merchant, operator
):
    first, second = factories.studio(), factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[first])
    booking = confirm(hold(first, merchant), equipment=[camera])
    with pytest.raises(RuleViolation, match="equipment_unknown"):
        staff_move(booking, operator, to_unit=second.units.get())
    assert booking.allocations.count() == 2


def test_staff_move_when_another_device_then_only_that_changes(at_now, studio, merchant, operator):
    camera = factories.resource(Category.EQUIPMENT, 2, used_in=[studio])
    booking = confirm(hold(studio, merchant), equipment=[camera])
    second = camera.units.get(name="2")
    moved = staff_move(booking, operator, to_unit=second)
    assert {a.unit for a in moved.allocations.all()} == {studio.units.get(), second}


def test_staff_move_when_of_another_kind_or_too_small_then_refused(
    at_now, studio, merchant, operator
):
    booking = confirm(hold(studio, merchant))
    room = factories.resource(Category.CONFERENCE)
    with pytest.raises(RuleViolation, match="not_a_replacement"):
        staff_move(booking, operator, to_unit=room.units.get())
    with pytest.raises(RuleViolation, match="too_many_people"):
        staff_move(booking, operator, to_unit=factories.studio(capacity=1).units.get())


def test_staff_act_when_own_business_then_a_colleague_does(booking, operator):
    booking.merchant.memberships.create(user=operator)
    with pytest.raises(RuleViolation, match="own_business"):
        staff_move(booking, operator, kst(30, 10), kst(30, 11))
    with pytest.raises(RuleViolation, match="own_business"):
        change.cancel(booking=booking, by_staff=True, by=operator)
    assert change.cancel(booking=booking).state == BookingState.CANCELLED


def test_staff_cancel_when_reason_of_their_list_then_said_in_words(booking, operator):
    done = change.cancel(
        booking=booking, by_staff=True, by=operator, reason=StaffCancelReason.BROKEN, text="누수"
    )
    assert (done.reason_code, done.reason_text) == ("equipment_broken", "누수")
    assert done.reason == str(StaffCancelReason.BROKEN.label)


def test_move_when_the_space_is_withdrawn_then_by_staff_alone(at_now, studio, merchant):
    made = confirm(hold(studio, merchant))
    Resource.objects.filter(pk=studio.pk).update(is_active=False)
    later = {"starts": kst(30, 10), "ends": kst(30, 11)}
    with pytest.raises(RuleViolation, match="not_offered"):
        change.move(booking=made, **later)
    assert change.move(booking=made, by_staff=True, by=factories.staff(), **later).starts == kst(
        30, 10
    )
