"""Handing out and taking back: once, on the day, for those it was booked for."""

import datetime as dt

import pytest
from django.db import IntegrityError, InternalError, transaction

from bookings.models import Booking, BookingState, HandOver
from bookings.services import attendance, change, extend, lending, repair, trainings
from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.models import Membership, Suspension
from tests import factories
from tests.bookings.devices import NOON, booked, camera, hand_out, take_back, unit_of
from tests.bookings.test_on_behalf import book
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def booking(at_now, studio, merchant):
    return booked(studio, merchant, camera(studio))


def refused(service, *args, **kwargs):
    with pytest.raises(RuleViolation) as refusal:
        service(*args, **kwargs)
    return list(refusal.value.codes)


def test_hand_out_when_on_the_day_then_due_at_the_end_with_its_checklist(at_now, booking):
    at_now.move_to(NOON)
    unit, staff = unit_of(booking), factories.staff()
    battery = unit.accessories.first()
    made = hand_out(booking, by=staff, accessories=[battery.pk], notes="렌즈 새것")
    assert (made.unit, made.out_at, made.out_by, made.due_back) == (unit, NOON, staff, kst(27, 12))
    assert [(i.name, i.went_out, i.came_back) for i in made.items.all()] == [
        ("배터리", True, None),
        ("충전기", False, None),
    ]


@pytest.mark.parametrize(
    ("moment", "codes"),
    [
        (kst(27) - SECOND, ["other_day"]),
        (kst(27), []),
        (kst(27, 12) - SECOND, []),
        (kst(27, 12), ["other_day"]),
    ],
)
def test_hand_out_when_day_begins_or_booking_ends_then_only_in_between(
    at_now, booking, moment, codes
):
    at_now.move_to(moment)
    if codes:
        assert refused(hand_out, booking) == codes
    else:
        assert hand_out(booking).is_out


def test_hand_out_when_not_allocated_then_refused(at_now, booking, studio):
    at_now.move_to(NOON)
    other = camera(studio).units.get()
    assert refused(hand_out, booking, unit=other) == ["not_allocated"]
    room = studio.units.get()
    assert refused(hand_out, booking, unit=room) == ["not_allocated"]


def test_hand_out_when_not_approved_yet_then_refused(at_now, studio, merchant):
    factories.policy(needs_approval=True)
    booking = booked(studio, merchant, camera(studio))
    at_now.move_to(NOON)
    assert refused(hand_out, booking) == ["not_confirmed"]


def test_check_in_when_a_device_was_handed_out_then_not_taken_back(at_now, booking):
    at_now.move_to(NOON.replace(hour=10))
    attendance.check_in(booking=booking, by=None)
    hand_out(booking)
    by = factories.staff()
    assert refused(attendance.undo_check_in, booking=booking, by=by) == ["device_out"]


def test_hand_out_when_checked_in_then_handed_out(at_now, booking):
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.CHECKED_IN)
    at_now.move_to(NOON)
    assert hand_out(booking).is_out


def test_hand_out_when_cancelled_then_refused(at_now, booking):
    unit = unit_of(booking)
    change.cancel(booking=booking)
    at_now.move_to(NOON)
    assert refused(hand_out, booking, unit=unit) == ["not_allocated"]


def test_hand_out_when_still_out_for_another_booking_then_refused(at_now, studio, merchant):
    device = camera(studio)
    first = booked(studio, factories.merchant(), device, start=kst(27, 9), end=kst(27, 10))
    second = booked(studio, merchant, device, start=kst(27, 11), end=kst(27, 12))
    at_now.move_to(kst(27, 9, 30))
    made = hand_out(first)
    at_now.move_to(kst(27, 11))
    assert refused(hand_out, second) == ["already_out"]
    take_back(made)
    assert hand_out(second).is_out


def test_hand_out_when_out_of_service_then_refused_with_the_reason(at_now, booking):
    repair.take_out(unit=unit_of(booking), reason="정기 점검")
    at_now.move_to(NOON)
    with pytest.raises(RuleViolation) as refusal:
        hand_out(booking)
    assert refusal.value.codes == ("out_of_service",)
    assert "정기 점검" in refusal.value.violations[0].message


def test_desk_when_own_business_then_another_must_do_it(at_now, booking, merchant):
    at_now.move_to(NOON)
    mine = factories.staff()
    Membership.objects.create(merchant=merchant, user=mine)
    assert refused(hand_out, booking, by=mine) == ["own_business"]
    made = hand_out(booking)
    assert refused(take_back, made, by=mine) == ["own_business"]


def test_take_back_when_something_is_missing_then_noted(at_now, booking):
    at_now.move_to(NOON)
    made, staff = hand_out(booking), factories.staff()
    battery, charger = made.items.all()
    done = take_back(made, by=staff, items=[battery.pk], condition="worn", notes="긁힘")
    assert (done.back_at, done.back_by, done.back_condition) == (NOON, staff, "worn")
    assert [item.name for item in done.items.all() if item.is_missing] == [charger.name]
    assert not Suspension.objects.exists()


def test_take_back_when_twice_then_the_second_hears_of_it(at_now, booking):
    at_now.move_to(NOON)
    made = hand_out(booking)
    take_back(made)
    assert refused(take_back, made) == ["already_back"]


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (kst(27, 12), None),
        (kst(28) - SECOND, None),
        (kst(28), kst(1, month=12)),
        (kst(29, 15), kst(4, month=12)),
    ],
)
def test_take_back_when_days_late_then_suspended_for_twice_as_many(
    at_now, booking, merchant, moment, until
):
    at_now.move_to(NOON)
    made = hand_out(booking)
    at_now.move_to(moment)
    take_back(made)
    found = Suspension.objects.filter(merchant=merchant).values_list("ends", flat=True)
    assert list(found) == ([until] if until else [])


def test_take_back_when_late_then_the_reason_names_device_and_days(at_now, booking, merchant):
    at_now.move_to(NOON)
    made = hand_out(booking)
    at_now.move_to(kst(30, 9))
    take_back(made)
    reason = merchant.suspensions.get().reason
    assert "카메라 1" in reason
    assert "3일" in reason


def test_take_back_when_the_policy_says_nought_then_not_suspended(at_now, booking):
    factories.policy(category="equipment", overdue_factor=0)
    at_now.move_to(NOON)
    made = hand_out(booking)
    at_now.move_to(kst(30, 9))
    take_back(made)
    assert not Suspension.objects.exists()


def test_hand_over_when_written_past_the_service_then_the_database_refuses(at_now, booking):
    at_now.move_to(NOON)
    made = hand_out(booking)
    twin = HandOver(
        booking=booking, unit=made.unit, out_by=made.out_by, out_condition="good", due_back=NOON
    )
    with pytest.raises(IntegrityError, match="hand_over_one_open"), transaction.atomic():
        twin.save()
    with pytest.raises(InternalError, match="keep_hand_overs"), transaction.atomic():
        HandOver.objects.all().delete()
    with pytest.raises(IntegrityError, match="back_as_a_whole"), transaction.atomic():
        HandOver.objects.update(back_at=NOON)
    take_back(made)
    with pytest.raises(InternalError, match="back_once"), transaction.atomic():
        HandOver.objects.update(back_at=None, back_by=None, back_condition="")


def test_hand_over_when_out_and_back_then_both_are_in_its_history(at_now, booking):
    at_now.move_to(NOON)
    done = take_back(hand_out(booking))
    events = HandOver.pgh_event_model.objects.filter(pgh_obj_id=done.pk).order_by("pgh_id")
    assert [(event.pgh_label, event.back_condition) for event in events] == [
        ("insert", ""),
        ("update", "good"),
    ]


def test_lendable_when_named_then_confirmed_and_in_use():
    assert {BookingState.CONFIRMED, BookingState.CHECKED_IN} == lending.LENDABLE


def test_extend_when_a_device_is_out_then_due_back_at_the_new_end(at_now, booking):
    at_now.move_to(NOON)
    made = hand_out(booking)
    extend.extend(booking=booking, ends=kst(27, 13), by=factories.staff(), override="촬영 지연")
    made.refresh_from_db()
    assert made.due_back == kst(27, 13)
    take_back(made)
    again = {"ends": kst(27, 12), "by": factories.staff()}
    extend.extend(booking=booking, **again)
    made.refresh_from_db()
    assert made.due_back == kst(27, 13)


def test_extend_when_longer_then_the_business_hears_of_both_times(at_now, booking, merchant):
    at_now.move_to(NOON)
    extend.extend(booking=booking, ends=kst(27, 13), by=factories.staff(), override="촬영 지연")
    told = Message.objects.filter(kind="bookings.moved_by_staff", channel="inbox").get()
    assert told.recipient == merchant.memberships.get().user
    for said in ("10:00 – 12:00", "10:00 – 13:00"):
        assert said in told.body


def test_no_show_when_the_business_has_its_device_then_it_is_here(at_now, house, merchant):
    space = factories.studio(2)
    device = camera(space, units=2)
    booking, missed = booked(space, merchant, device), booked(space, factories.merchant(), device)
    at_now.move_to(kst(27, 10))
    hand_out(booking)
    at_now.move_to(kst(27, 10, 11))
    assert attendance.mark_no_shows(now=kst(27, 10, 11)) == 1
    assert Booking.objects.get(state=BookingState.NO_SHOW) == missed


LATER = {"start": kst(3, 10, month=12), "end": kst(3, 12, month=12)}


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (kst(27, 12) - SECOND, []),
        (kst(27, 12), []),
        (kst(27, 12) + SECOND, ["device_overdue"]),
    ],
)
def test_hold_when_a_device_is_overdue_then_not_before_it_is_back(
    at_now, booking, studio, merchant, at, codes
):
    at_now.move_to(NOON)
    out = hand_out(booking)
    at_now.move_to(at)
    if codes:
        assert refused(hold, studio, merchant, **LATER) == codes
        take_back(out)
    assert hold(studio, merchant, **LATER).state == BookingState.HELD
    assert hold(factories.studio(), factories.merchant(), **LATER).state == BookingState.HELD


def test_confirm_when_a_device_became_overdue_meanwhile_then_refused(
    at_now, booking, studio, merchant
):
    at_now.move_to(kst(27, 11, 55))
    hand_out(booking)
    held = hold(studio, merchant, **LATER)
    at_now.move_to(kst(27, 12, 1))
    assert refused(confirm, held) == ["device_overdue"]


def test_book_when_a_device_is_overdue_then_staff_only_with_a_reason(
    at_now, booking, studio, merchant
):
    at_now.move_to(NOON)
    hand_out(booking)
    at_now.move_to(kst(27, 13))
    wish = (factories.staff(), merchant, studio, *LATER.values())
    assert refused(book, *wish) == ["device_overdue"]
    made = book(*wish, override="오늘 오후에 가져오기로 통화함")
    assert made.overrides.get().codes == ["device_overdue"]


def test_no_show_when_a_device_was_handed_out_then_staff_cannot_mark_it_either(
    at_now, studio, merchant
):
    booking = booked(studio, merchant, camera(studio))
    at_now.move_to(kst(27, 9, 50))
    hand_out(booking)
    Booking.objects.filter(pk=booking.pk).update(state=BookingState.CONFIRMED, checked_in_at=None)
    at_now.move_to(kst(27, 10, 30))
    with pytest.raises(RuleViolation) as refusal:
        attendance.mark_no_show(booking=booking, by=factories.staff())
    assert refusal.value.codes == ("not_to_be_marked",)


# What becomes of a booking whose device went out ------------------------------------------------


def test_complete_ended_when_lent_without_check_in_then_used_from_then_on(at_now, booking):
    at_now.move_to(kst(27, 10, 20))
    out = hand_out(booking)
    take_back(out)
    at_now.move_to(kst(27, 12, 15) - SECOND)
    assert attendance.mark_no_shows(now=kst(27, 12, 15)) == 0
    assert attendance.complete_ended(now=kst(27, 12, 15) - SECOND) == 0
    assert [attendance.complete_ended(now=kst(27, 12, 15)) for _ in range(2)] == [1, 0]
    booking.refresh_from_db()
    assert (booking.state, booking.checked_in_at) == ("completed", kst(27, 10, 20))
    assert booking.completed_at == kst(27, 12)


@pytest.mark.parametrize("by_staff", [False, True])
def test_move_or_cancel_when_its_device_is_out_then_only_once_it_is_back(
    at_now, studio, merchant, by_staff
):
    factories.policy(cancel_days=0, notice_days=0, per_day=9)
    made = booked(studio, merchant, camera(studio), start=kst(27, 14), end=kst(27, 15))
    at_now.move_to(kst(27, 9))
    out, by = hand_out(made), factories.staff() if by_staff else None
    later = {"starts": kst(27, 16), "ends": kst(27, 17), "by_staff": by_staff, "by": by}
    assert refused(change.move, booking=made, **later) == ["equipment_out"]
    assert refused(change.cancel, booking=made, by_staff=by_staff, by=by) == ["equipment_out"]
    take_back(out)
    moved = change.move(booking=made, **later)
    assert moved.starts == kst(27, 16)


def test_move_when_its_device_is_out_then_to_another_room_at_the_same_time(at_now, house, merchant):
    space = factories.studio(units=2)
    made = booked(space, merchant, camera(space))
    at_now.move_to(kst(27, 9, 50))
    hand_out(made)
    other = space.units.exclude(allocations__booking=made).get()
    same = {"starts": made.starts, "ends": made.ends, "to_unit": other}
    change.move(booking=made, by_staff=True, by=factories.staff(), **same)
    assert made.allocations.filter(unit=other).exists()


def test_move_when_the_training_for_the_device_is_over_by_then_then_refused(
    at_now, studio, merchant
):
    lent = camera(studio)
    factories.policy(resource=lent, needs_training=True)
    trainings.record(
        user=merchant.memberships.get().user,
        merchant=merchant,
        by=factories.staff(),
        trained_on=kst(2).date(),
        resource=lent,
        valid_until=kst(29).date(),
    )
    made = booked(studio, merchant, lent)
    next_day = {"starts": kst(30, 10), "ends": kst(30, 12)}
    assert refused(change.move, booking=made, **next_day) == ["training_needed"]
    staff = {"by_staff": True, "by": factories.staff()}
    assert refused(change.move, booking=made, **next_day, **staff) == ["training_needed"]
    same_day = {"starts": kst(27, 14), "ends": kst(27, 15)}
    assert change.move(booking=made, **same_day).starts == kst(27, 14)
