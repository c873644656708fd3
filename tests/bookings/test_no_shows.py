"""The ledger: when a booking is marked, what follows, the appeal and the decision."""

import datetime as dt

import pytest
from django.db import IntegrityError, InternalError, transaction

from bookings.models import Booking, BookingState, HolidayOverride, NoShow, NoShowDecision
from bookings.services import attendance, no_shows, reserve, units
from bookings.tasks import follow_attendance
from center import clock
from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.models import Membership, Suspension
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def booking(at_now, studio, merchant) -> Booking:
    """Friday 10 to 12, confirmed; entry until 10:10."""
    return confirm(hold(studio, merchant))


def moved(booking: Booking, starts: dt.datetime) -> Booking:
    """As if it had been booked for that time."""
    Booking.objects.filter(pk=booking.pk).update(starts=starts, ends=starts + clock.DAY / 24)
    booking.refresh_from_db()
    return booking


def missed(at_now, booking, starts=None) -> NoShow:
    """Nobody comes to a booking; marked eleven minutes after its start."""
    moved(booking, starts or booking.starts)
    at_now.move_to(booking.starts + dt.timedelta(minutes=11))
    follow_attendance()
    return NoShow.objects.get(booking=booking)


def another(merchant) -> Booking:
    """One more confirmed booking of the business, as if within its limits."""
    space = factories.studio()
    with transaction.atomic():
        booking = Booking.objects.create(
            resource=space,
            merchant=merchant,
            booked_by=merchant.memberships.first().user,
            starts=kst(27, 10),
            ends=kst(27, 11),
            state=BookingState.CONFIRMED,
            cancellable_until=kst(25, 18),
        )
        units.take(booking, [space.units.get()])
    return booking


@pytest.mark.parametrize(("after", "marked"), [(-SECOND, 0), (0 * SECOND, 0), (SECOND, 1)])
def test_mark_when_around_the_end_of_grace_then_to_the_second(at_now, booking, after, marked):
    at_now.move_to(kst(27, 10, 10) + after)
    assert attendance.mark_no_shows(now=clock.now()) == marked
    booking.refresh_from_db()
    expected = BookingState.NO_SHOW if marked else BookingState.CONFIRMED
    assert (booking.state, NoShow.objects.count()) == (expected, marked)
    assert booking.allocations.count() == 1 - marked
    assert Suspension.objects.count() == marked


def test_mark_when_nobody_came_then_the_rest_is_free_and_the_ledger_says_why(
    at_now, booking, merchant
):
    row = missed(at_now, booking)
    booking.refresh_from_db()
    assert booking.closed_at == kst(27, 10, 11)
    assert booking.released_units.count() == 1
    factories.policy(notice_days=0)
    walk_in = factories.merchant()
    assert reserve.hold(
        user=walk_in.memberships.get().user,
        merchant=walk_in,
        resource=booking.resource,
        starts=kst(27, 11),
        ends=kst(27, 12),
    )
    rule = (row.grace_after, row.no_show_days, row.no_show_review, row.no_show_months)
    assert rule == (10, 30, 2, 6)
    assert (row.counted, row.review_due, row.decision) == (1, False, "")
    assert row.appeal_until == kst(12, month=12)
    assert (row.suspension.starts, row.suspension.ends) == (kst(27, 10, 11), kst(27, month=12))
    assert (row.suspension.imposed_by, row.marked_by) == (None, None)
    assert row.suspension.reason == "11. 27.(금) 10:00 예약 미이용"


def test_mark_when_run_again_then_nothing_more(at_now, booking):
    missed(at_now, booking)
    follow_attendance()
    with pytest.raises(RuleViolation, match="not_to_be_marked"):
        attendance.mark_no_show(booking=booking)
    assert (NoShow.objects.count(), Suspension.objects.count()) == (1, 1)
    assert Message.objects.filter(kind="bookings.no_show", channel="inbox").count() == 1


def test_mark_when_somebody_came_then_nothing(at_now, booking):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=None)
    at_now.move_to(kst(27, 11))
    follow_attendance()
    assert not NoShow.objects.exists()


def test_mark_when_staff_do_then_only_after_the_grace_and_not_for_themselves(
    at_now, booking, merchant
):
    operator = factories.staff()
    at_now.move_to(kst(27, 10, 10))
    with pytest.raises(RuleViolation, match="entry_still_open"):
        attendance.mark_no_show(booking=booking, by=operator)
    at_now.move_to(kst(27, 10, 10) + SECOND)
    Membership.objects.create(merchant=merchant, user=operator)
    with pytest.raises(RuleViolation, match="own_business"):
        attendance.mark_no_show(booking=booking, by=operator)
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    colleague = factories.staff()
    attendance.mark_no_show(booking=booking, by=colleague)
    assert NoShow.objects.get().marked_by == colleague


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (kst(27, 10), kst(27, month=12)),
        (kst(27, 23, 50), kst(27, month=12)),  # marked on the next day, counted from this one
        (kst(28, 0, 0), kst(28, month=12)),
        (kst(31, 10, month=12), kst(30, month=1, year=2027)),
        (kst(30, 10, month=1, year=2027), kst(1, month=3, year=2027)),  # February is short
        (kst(30, 10, month=1, year=2028), kst(29, month=2, year=2028)),
    ],
)
def test_penalty_when_booked_on_that_day_then_thirty_days_from_it(at_now, booking, starts, ends):
    assert missed(at_now, booking, starts).suspension.ends == ends


def test_penalty_when_the_days_fall_on_holidays_then_calendar_days_count(at_now, booking):
    HolidayOverride.objects.create(date=dt.date(2026, 12, 26), name="임시공휴일")
    row = missed(at_now, booking, kst(26, 10, month=11))
    assert row.suspension.ends == kst(26, month=12)


@pytest.mark.parametrize(("before", "suspended"), [(SECOND, True), (0 * SECOND, False)])
def test_penalty_when_its_end_comes_then_it_ends_by_itself(
    at_now, booking, merchant, before, suspended
):
    row = missed(at_now, booking)
    at_now.move_to(row.suspension.ends - before)
    free = factories.studio()
    monday = kst(4, 10, month=1, year=2027)
    if suspended:
        with pytest.raises(RuleViolation, match="suspended"):
            hold(free, merchant, monday, monday + clock.DAY / 12)
    else:
        assert hold(free, merchant, monday, monday + clock.DAY / 12)
    assert row.suspension.lifted_at is None


@pytest.mark.parametrize("policy", [{"no_show_days": 0}, {"no_show_days": 1}])
def test_penalty_when_none_is_left_to_serve_then_no_suspension_but_an_entry(
    at_now, booking, policy
):
    factories.policy(**policy)
    at_now.move_to(kst(28))  # the worker was away
    follow_attendance()
    assert NoShow.objects.get().suspension is None
    assert not Suspension.objects.exists()
    context = Message.objects.get(kind="bookings.no_show", channel="inbox").context
    assert context["is_suspended"] is False


@pytest.mark.parametrize(
    ("second", "counted"),
    [
        (kst(27, 10, month=5, year=2027), 2),  # six months to the day
        (kst(28, 10, month=5, year=2027), 1),
    ],
)
def test_review_when_missed_again_within_the_months_then_staff_look(
    at_now, booking, merchant, second, counted
):
    first = missed(at_now, booking)
    row = missed(at_now, another(merchant), second)
    assert (first.counted, first.review_due) == (1, False)
    assert (row.counted, row.review_due) == (counted, counted == 2)
    assert NoShow.objects.waiting().count() == counted - 1


def test_review_when_month_is_shorter_then_from_its_last_day(at_now, booking, merchant):
    missed(at_now, booking, kst(28, 10, month=2, year=2027))
    row = missed(at_now, another(merchant), kst(31, 10, month=8, year=2027))
    assert row.counted == 2


def test_review_when_the_first_was_waived_then_it_does_not_count(at_now, booking, merchant):
    first = missed(at_now, booking)
    waive(first)
    row = missed(at_now, another(merchant), kst(30, 10))
    assert (row.counted, row.review_due) == (1, False)


def test_review_when_another_business_missed_then_it_does_not_count(at_now, booking, merchant):
    missed(at_now, booking)
    row = missed(at_now, another(factories.merchant()), kst(30, 10))
    assert row.counted == 1


def waive(row, by=None):
    return no_shows.decide(
        no_show=row,
        decision=NoShowDecision.WAIVED,
        reason="사고로 늦으셨습니다.",
        by=by or factories.staff(),
    )


@pytest.mark.parametrize(("before", "code"), [(SECOND, None), (0 * SECOND, "appeal_over")])
def test_appeal_when_around_its_last_day_then_until_midnight(at_now, booking, owner, before, code):
    row = missed(at_now, booking)
    at_now.move_to(kst(12, month=12) - before)
    if code:
        with pytest.raises(RuleViolation, match=code):
            no_shows.appeal(no_show=row, text="버스가 서지 않았습니다.", by=owner)
    else:
        done = no_shows.appeal(no_show=row, text=" 버스가 서지 않았습니다. ", by=owner)
        assert (done.appeal_text, done.appealed_by) == ("버스가 서지 않았습니다.", owner)
        assert (done.appealed_at, done.is_waiting) == (clock.now(), True)


def test_appeal_when_made_already_then_once_is_all(at_now, booking, owner):
    row = missed(at_now, booking)
    no_shows.appeal(no_show=row, text="버스가 서지 않았습니다.", by=owner)
    with pytest.raises(RuleViolation, match="already_appealed"):
        no_shows.appeal(no_show=row, text="또 한 번", by=owner)
    row.refresh_from_db()
    assert row.appeal_text == "버스가 서지 않았습니다."


def test_waive_when_appealed_then_the_suspension_is_lifted_and_the_owner_told(
    at_now, booking, owner
):
    row = missed(at_now, booking)
    no_shows.appeal(no_show=row, text="버스가 서지 않았습니다.", by=owner)
    operator = factories.staff()
    done = waive(row, operator)
    done.suspension.refresh_from_db()
    assert (done.decision, done.decided_by, done.decided_at) == ("waived", operator, clock.now())
    assert (done.suspension.lifted_at, done.suspension.lifted_by) == (clock.now(), operator)
    message = Message.objects.get(kind="bookings.no_show_waived", channel="inbox")
    assert (message.recipient, message.context["reason"]) == (owner, "사고로 늦으셨습니다.")


def test_uphold_when_under_review_then_the_suspension_stays(at_now, booking):
    row = missed(at_now, booking)
    done = no_shows.decide(
        no_show=row,
        decision=NoShowDecision.UPHELD,
        reason="연락이 없었습니다.",
        by=factories.staff(),
    )
    done.suspension.refresh_from_db()
    assert done.suspension.is_in_force(clock.now())
    context = Message.objects.get(kind="bookings.no_show_upheld", channel="inbox").context
    assert (context["is_suspended"], context["reason"]) == (True, "연락이 없었습니다.")


def test_decide_when_decided_already_then_the_second_hears_so(at_now, booking):
    row = missed(at_now, booking)
    waive(row)
    with pytest.raises(RuleViolation, match="already_decided"):
        no_shows.decide(
            no_show=row, decision=NoShowDecision.UPHELD, reason="아니요", by=factories.staff()
        )
    with pytest.raises(RuleViolation, match="already_decided"):
        no_shows.appeal(no_show=row, text="버스가 서지 않았습니다.", by=factories.user())


def test_decide_when_without_reason_or_about_his_own_then_refused(at_now, booking, merchant):
    row, operator = missed(at_now, booking), factories.staff()
    with pytest.raises(RuleViolation, match="reason_needed"):
        no_shows.decide(no_show=row, decision=NoShowDecision.UPHELD, reason="  ", by=operator)
    Membership.objects.create(merchant=merchant, user=operator)
    with pytest.raises(RuleViolation, match="own_business"):
        waive(row, operator)
    row.refresh_from_db()
    assert row.decision == ""


def test_ledger_when_written_past_the_services_then_the_database_refuses(at_now, booking, owner):
    row = missed(at_now, booking)
    no_shows.appeal(no_show=row, text="버스가 서지 않았습니다.", by=owner)
    rows = NoShow.objects.filter(pk=row.pk)
    attempts = (
        lambda: rows.update(counted=9),
        lambda: rows.update(suspension=None),
        lambda: rows.update(appeal_text="다른 말"),
        rows.delete,
    )
    for attempt in attempts:
        with pytest.raises(InternalError), transaction.atomic():
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(decision="waived")
    waive(row)
    with pytest.raises(InternalError), transaction.atomic():
        rows.update(decision="upheld")
