"""Coming and going: the entry window to the second, leaving early, uses nobody ended."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, transaction

from bookings.models import Booking, BookingState, DoorDevice
from bookings.services import attendance, change, extend, reserve
from center import clock
from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.models import Membership
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def booking(at_now, studio, merchant) -> Booking:
    """Friday 10 to 12, confirmed; entry from 9:50 to 10:10."""
    return confirm(hold(studio, merchant))


def refused(service, booking, **who):
    who = who or {"by": None}
    with pytest.raises(RuleViolation) as refusal:
        service(booking=booking, **who)
    (violation,) = refusal.value.violations
    assert violation.message
    assert violation.remedy
    return violation.code


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (kst(26, 23, 59), "wrong_day"),
        (kst(27, 9, 50) - SECOND, "too_early"),
        (kst(27, 9, 50), None),
        (kst(27, 10, 10), None),
        (kst(27, 10, 10) + SECOND, "too_late"),
        (kst(27, 12), "too_late"),
        (kst(28, 9), "wrong_day"),
    ],
)
def test_check_in_when_around_the_entry_window_then_to_the_second(at_now, booking, at, code):
    at_now.move_to(at)
    if code:
        assert refused(attendance.check_in, booking) == code
        booking.refresh_from_db()
        assert (booking.state, booking.checked_in_at) == (BookingState.CONFIRMED, None)
    else:
        done = attendance.check_in(booking=booking, by=None)
        assert (done.state, done.checked_in_at) == (BookingState.CHECKED_IN, at)
        assert done.allocations.count() == 1


def test_check_in_when_staff_act_for_the_business_then_a_colleague_lets_in(
    at_now, booking, merchant
):
    staff = factories.staff()
    Membership.objects.create(merchant=merchant, user=staff)
    at_now.move_to(kst(27, 10))
    assert refused(attendance.check_in, booking, by=staff) == "own_business"
    assert attendance.check_in(booking=booking, by=factories.staff()).state == "checked_in"


@pytest.mark.parametrize(
    ("late", "code"), [(-SECOND, None), (0 * SECOND, None), (SECOND, "undo_too_late")]
)
def test_undo_when_around_its_minutes_then_to_the_second(at_now, booking, settings, late, code):
    staff = factories.staff()
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=staff)
    at_now.move_to(kst(27, 10, settings.CHECK_IN_UNDO_MINUTES) + late)
    if code:
        assert refused(attendance.undo_check_in, booking, by=staff) == code
        return
    for _ in range(2):
        done = attendance.undo_check_in(booking=booking, by=staff)
        assert (done.state, done.checked_in_at) == (BookingState.CONFIRMED, None)
    events = apps.get_model("bookings", "BookingEvent").objects.filter(pgh_obj_id=booking.pk)
    history = list(events.order_by("pgh_id").values_list("state", flat=True))
    assert history[-3:] == ["confirmed", "checked_in", "confirmed"]


def test_undo_when_nobody_comes_then_marked_like_any_other(at_now, booking):
    staff = factories.staff()
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=staff)
    attendance.undo_check_in(booking=booking, by=staff)
    at_now.move_to(kst(27, 10, 11))
    assert attendance.mark_no_shows(now=clock.now()) == 1


def test_undo_when_not_in_or_of_ones_own_business_then_refused(at_now, booking, merchant):
    own = merchant.memberships.get().user
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    assert refused(attendance.undo_check_in, booking, by=own) == "own_business"
    attendance.check_out(booking=booking, by=None)
    assert refused(attendance.undo_check_in, booking, by=factories.staff()) == "already_left"


def test_state_when_set_back_past_the_service_then_the_database_refuses(at_now, booking):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    attendance.undo_check_in(booking=booking, by=factories.staff())
    attendance.check_in(booking=booking, by=None)
    with pytest.raises(IntegrityError, match="arrived_where_somebody_came"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(state="confirmed")
    for earlier in ("held", "requested", "cancelled", "no_show"):
        with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
            Booking.objects.filter(pk=booking.pk).update(state=earlier, checked_in_at=None)


def test_check_in_when_rule_changes_meanwhile_then_that_of_the_day_of_use(at_now, booking):
    factories.policy(valid_from=dt.date(2026, 11, 27), grace_after=30)
    factories.policy(valid_from=dt.date(2026, 11, 28), grace_after=5)
    at_now.move_to(kst(27, 10, 30))
    assert attendance.check_in(booking=booking, by=None).state == BookingState.CHECKED_IN


def night_booking(at_now, studio, merchant):
    """The last day of the year, 23:00, into the next."""
    booking = confirm(hold(studio, merchant))
    starts = kst(31, 23, 55, month=12)
    Booking.objects.filter(pk=booking.pk).update(starts=starts, ends=starts + clock.DAY / 12)
    booking.refresh_from_db()
    return booking


def test_check_in_when_the_window_passes_midnight_then_open_until_its_end(at_now, studio, merchant):
    booking = night_booking(at_now, studio, merchant)
    at_now.move_to(kst(1, 0, 5, month=1, year=2027) + SECOND)
    assert refused(attendance.check_in, booking) == "wrong_day"
    at_now.move_to(kst(1, 0, 5, month=1, year=2027))
    assert attendance.check_in(booking=booking, by=None).state == BookingState.CHECKED_IN


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (kst(27, 9, 50) - SECOND, "too_early"),
        (kst(27, 10, 11), None),
        (kst(27, 12) - SECOND, None),
        (kst(27, 12), "too_late"),
    ],
)
def test_check_in_when_staff_let_in_late_then_until_the_end(at_now, booking, at, code):
    operator = factories.staff()
    at_now.move_to(at)
    if code:
        assert refused(attendance.check_in, booking, by=operator) == code
    else:
        assert attendance.check_in(booking=booking, by=operator).checked_in_at == at


def test_check_in_when_a_member_asks_late_then_he_is_no_staff(at_now, booking, owner):
    at_now.move_to(kst(27, 10, 11))
    assert refused(attendance.check_in, booking, by=owner) == "too_late"


def test_check_in_when_in_already_then_told_since_when(at_now, booking):
    at_now.move_to(kst(27, 9, 55))
    attendance.check_in(booking=booking, by=None)
    at_now.move_to(kst(27, 9, 58))
    with pytest.raises(RuleViolation, match="already_in") as refusal:
        attendance.check_in(booking=booking, by=None)
    assert "9:55" in refusal.value.violations[0].message
    booking.refresh_from_db()
    assert booking.checked_in_at == kst(27, 9, 55)


def test_check_in_when_not_a_booking_that_stands_then_says_what_it_is(at_now, house):
    space = factories.studio(4)
    factories.policy(needs_approval=True)
    requested, cancelled = (confirm(hold(space, factories.merchant())) for _ in range(2))
    change.cancel(booking=cancelled)
    held = hold(space, factories.merchant())
    at_now.move_to(kst(27, 10))
    codes = [refused(attendance.check_in, b) for b in (requested, cancelled, held)]
    assert codes == ["not_confirmed", "cancelled", "not_confirmed"]


def test_check_in_when_at_another_door_then_names_the_space(at_now, booking):
    other = DoorDevice.objects.create(name="녹음실", resource=factories.studio())
    at_now.move_to(kst(27, 10))
    assert refused(attendance.check_in, booking, by=None, device=other) == "wrong_space"
    for resource in (booking.resource, None):
        door = DoorDevice(name="문", resource=resource)
        with pytest.raises(RuleViolation, match="not_in"):
            attendance.check_out(booking=booking, by=None, device=door)
    attendance.check_in(booking=booking, by=None, device=DoorDevice(name="입구"))


def test_check_out_when_early_then_the_rest_is_free_and_the_truth_is_kept(
    at_now, booking, merchant
):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    at_now.move_to(kst(27, 11))
    done = attendance.check_out(booking=booking, by=None)
    during = done.allocations.get().during
    assert (done.state, done.completed_at) == (BookingState.COMPLETED, kst(27, 11))
    assert (during.lower, during.upper) == (kst(27, 10), kst(27, 11))
    assert (done.starts, done.ends) == (kst(27, 10), kst(27, 12))
    factories.policy(notice_days=0)
    at_now.move_to(kst(27, 11) - SECOND)
    walk_in = factories.merchant()
    again = reserve.hold(
        user=walk_in.memberships.get().user,
        merchant=walk_in,
        resource=booking.resource,
        starts=kst(27, 11),
        ends=kst(27, 12),
    )
    assert again.state == BookingState.HELD


def test_check_out_when_before_the_start_then_a_first_minute_is_kept(at_now, booking):
    at_now.move_to(kst(27, 9, 52))
    attendance.check_in(booking=booking, by=None)
    done = attendance.check_out(booking=booking, by=None)
    during = done.allocations.get().during
    assert (during.lower, during.upper) == (kst(27, 10), kst(27, 10, 1))
    assert done.completed_at == kst(27, 9, 52)


def test_check_out_when_twice_then_the_first_counts(at_now, booking):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    attendance.check_out(booking=booking, by=None)
    at_now.move_to(kst(27, 10, 30))
    assert attendance.check_out(booking=booking, by=None).completed_at == kst(27, 10)
    assert refused(attendance.check_in, booking) == "already_left"


def test_check_out_when_somebody_leaves_then_asked_once_how_it_was(at_now, booking):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    for _ in range(2):
        attendance.check_out(booking=booking, by=None)
    asked = Message.objects.get(kind="bookings.feedback", channel="inbox")
    assert asked.recipient == booking.booked_by


def test_complete_ended_when_it_was_long_ago_then_nobody_is_asked(at_now, booking):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    attendance.complete_ended(now=kst(28, 12, 15))
    assert not Message.objects.filter(kind="bookings.feedback").exists()


def test_check_out_when_nobody_came_in_then_refused(at_now, booking):
    at_now.move_to(kst(27, 10))
    assert refused(attendance.check_out, booking) == "not_in"
    at_now.move_to(kst(27, 10, 11))
    attendance.mark_no_show(booking=booking)
    assert refused(attendance.check_out, booking) == "marked_no_show"
    assert refused(attendance.check_in, booking) == "marked_no_show"


def test_complete_ended_when_nobody_checks_out_then_after_tidying_up(at_now, booking):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    tidy = kst(27, 12, 15)
    assert [attendance.complete_ended(now=at) for at in (tidy - SECOND, tidy, tidy)] == [0, 1, 0]
    booking.refresh_from_db()
    assert (booking.state, booking.completed_at) == (BookingState.COMPLETED, kst(27, 12))
    assert booking.allocations.count() == 1


def test_check_out_when_within_tidying_up_then_as_late_as_it_was(at_now, booking):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    at_now.move_to(kst(27, 12, 14))
    attendance.complete_ended(now=clock.now())
    done = attendance.check_out(booking=booking, by=None)
    assert done.completed_at == kst(27, 12, 14)
    assert done.allocations.get().during.upper == kst(27, 12, 14)


def test_complete_ended_when_the_house_uses_it_itself_then_no_door_is_needed(at_now, booking):
    Booking.objects.filter(pk=booking.pk).update(merchant=None)
    at_now.move_to(kst(27, 12, 15))
    assert attendance.mark_no_shows(now=clock.now()) == 0
    assert attendance.complete_ended(now=clock.now()) == 1
    booking.refresh_from_db()
    used = (booking.state, booking.checked_in_at, booking.completed_at)
    assert used == (BookingState.COMPLETED, kst(27, 10), kst(27, 12))


@pytest.mark.parametrize(("late", "marked"), [(-SECOND, 0), (0 * SECOND, 0), (SECOND, 1)])
def test_no_show_when_the_business_called_then_not_before_the_time_it_named(
    at_now, booking, late, marked
):
    at_now.move_to(kst(27, 9, 40))
    attendance.expect_late(booking=booking, until=kst(27, 11), by=factories.staff())
    at_now.move_to(kst(27, 10, 11))
    assert attendance.mark_no_shows(now=clock.now()) == 0
    at_now.move_to(kst(27, 11) + late)
    if not marked:
        assert refused(attendance.mark_no_show, booking, by=factories.staff()) == "entry_still_open"
    assert attendance.mark_no_shows(now=clock.now()) == marked
    if not marked:
        assert attendance.check_in(booking=booking, by=None).state == BookingState.CHECKED_IN


def test_expect_when_earlier_than_the_grace_then_the_grace_still_counts(at_now, booking):
    at_now.move_to(kst(27, 9, 40))
    attendance.expect_late(booking=booking, until=kst(27, 10, 5), by=factories.staff())
    at_now.move_to(kst(27, 10, 10))
    assert attendance.check_in(booking=booking, by=None).state == BookingState.CHECKED_IN


@pytest.mark.parametrize(
    ("ends", "kept"), [(kst(27, 13), True), (kst(27, 11, 1), True), (kst(27, 11), False)]
)
def test_expect_when_the_end_changes_then_kept_unless_it_lies_beyond(at_now, booking, ends, kept):
    called = {"until": kst(27, 11), "by": factories.staff()}
    rule = {"by": factories.staff(), "override": "정리"}
    attendance.expect_late(booking=booking, **called)
    moved = change.move(booking=booking, starts=booking.starts, ends=ends, by_staff=True, **rule)
    assert (moved.expected_until is not None) is kept
    at_now.move_to(kst(27, 10, 5))
    ended = extend.extend(booking=moved, ends=kst(27, 10, 30), **rule)
    assert ended.expected_until is None


def test_expect_when_it_goes_to_another_time_then_forgotten(at_now, booking):
    attendance.expect_late(booking=booking, until=kst(27, 11), by=factories.staff())
    wish = {"starts": kst(27, 10, 30), "ends": kst(27, 12, 30)}
    by = {"by_staff": True, "by": factories.staff(), "override": "정리"}
    assert change.move(booking=booking, **wish, **by).expected_until is None


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (kst(27, 10), "expected_when"),
        (kst(27, 10) + SECOND, None),
        (kst(27, 12) - SECOND, None),
        (kst(27, 12), "expected_when"),
    ],
)
def test_expect_when_out_of_the_use_then_refused(at_now, booking, until, code):
    at_now.move_to(kst(27, 9))
    if code:
        assert refused(attendance.expect_late, booking, until=until, by=factories.staff()) == code
        return
    done = attendance.expect_late(booking=booking, until=until, by=factories.staff())
    assert done.expected_until == until


def test_expect_when_marked_or_of_ones_own_business_then_refused(at_now, booking, merchant):
    own, wish = merchant.memberships.get().user, {"until": kst(27, 11)}
    assert refused(attendance.expect_late, booking, by=own, **wish) == "own_business"
    at_now.move_to(kst(27, 10, 11))
    attendance.mark_no_show(booking=booking)
    staff = factories.staff()
    assert refused(attendance.expect_late, booking, by=staff, **wish) == "marked_no_show"


def test_expect_when_the_booking_moves_then_the_call_is_left_behind(at_now, booking):
    staff = factories.staff()
    attendance.expect_late(booking=booking, until=kst(27, 11), by=staff)
    moved = change.move(
        booking=booking, starts=kst(27, 14), ends=kst(27, 16), by_staff=True, by=staff
    )
    assert moved.expected_until is None
    with pytest.raises(IntegrityError, match="expected_after_its_start"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(expected_until=kst(27, 14))
