"""Regular use: its dates, the preview, taking, changing and ending."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.affected import by_series
from bookings.exports import series_of
from bookings.models import (
    Booking,
    BookingSource,
    BookingState,
    Category,
    DateOutcome,
    HolidayOverride,
    RuleOverride,
    Series,
    SeriesDate,
    SeriesState,
)
from bookings.recurrence import Plan
from bookings.series_preview import preview
from bookings.services import change, series, series_dates
from bookings.services.series_dates import Scope
from center.errors import RuleViolation
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
NINE, TEN, ELEVEN = dt.time(9), dt.time(10), dt.time(11)
ONE, TWO = dt.time(13), dt.time(14)
FIRST = dt.date(2026, 11, 30)


def plan(**changes):
    """Mondays 10–11 on 30 November and 7, 14, 21 December."""
    values = {
        "weekdays": [0],
        "first": FIRST,
        "last": dt.date(2026, 12, 21),
        "starts_at": TEN,
        "ends_at": ELEVEN,
    }
    return Plan(**(values | changes))


def day(month, number):
    return dt.date(2026, month, number)


@pytest.fixture
def seats(at_now, house):
    """Two office seats, four uses a month."""
    factories.policy(per_month=4)
    return factories.resource(Category.OFFICE_SEAT, units=2)


@pytest.fixture
def person(merchant):
    return merchant.memberships.get().user


def make(seats, merchant, by, **given):
    wish = given.pop("plan", plan())
    values = {"wanted": wish.days(), "purpose": "정기 이용", **given}
    return series.create(by=by, merchant=merchant, resource=seats, plan=wish, **values)


def outcomes(it):
    return [date.outcome for date in it.dates.all()]


# days -----------------------------------------------------------------------------------------

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 6), min_size=1), DAYS, st.integers(-10, 200))
def test_days_when_any_plan_then_as_going_through_the_calendar(weekdays, first, length):
    wish = plan(weekdays=weekdays, first=first, last=first + dt.timedelta(days=length))
    naive = [first + dt.timedelta(days=n) for n in range(length + 1)]
    assert wish.days() == [day for day in naive if day.weekday() in weekdays]


# preview --------------------------------------------------------------------------------------


def test_preview_when_dates_differ_then_free_taken_closed_and_against_the_rules(seats, merchant):
    factories.policy(per_month=2, valid_from=day(11, 1))
    for other in (factories.merchant(), factories.merchant()):
        confirm(hold(seats, other, kst(7, 10, month=12), kst(7, 11, month=12)))
    HolidayOverride.objects.create(date=day(12, 14), name="임시공휴일")
    wish = plan(weekdays=[0, 1], last=day(12, 22))
    found = preview(merchant=merchant, resource=seats, plan=wish)
    assert [(date.day, date.prospect.value) for date in found] == [
        (day(11, 30), "free"),
        (day(12, 1), "free"),
        (day(12, 7), "taken"),
        (day(12, 8), "free"),
        (day(12, 14), "closed"),
        (day(12, 15), "refused"),  # two a month: the earlier dates count
        (day(12, 21), "refused"),
        (day(12, 22), "refused"),
    ]
    assert "임시공휴일" in found[4].sentence
    assert found[5].codes == ["month_quota"]


def test_preview_when_too_soon_too_far_or_suspended_then_said(seats, merchant):
    found = preview(
        merchant=merchant, resource=seats, plan=plan(first=day(11, 23), last=day(12, 28))
    )
    assert [date.codes for date in found] == [["past"], [], [], [], [], ["too_far"]]
    merchant.verified_until = day(11, 1)
    merchant.save()
    found = preview(merchant=merchant, resource=seats, plan=plan())
    assert {tuple(date.codes) for date in found} == {("not_verified",)}


def test_preview_when_staff_set_limits_aside_then_they_may(seats, merchant):
    factories.policy(per_month=1, valid_from=day(11, 1))
    found = preview(merchant=merchant, resource=seats, plan=plan(), set_aside=True)
    assert [date.may_be_set_aside for date in found] == [False, False, True, True]


def test_preview_when_more_come_along_than_may_then_as_booking_goes(seats, merchant, person):
    factories.policy(companions=1, valid_from=day(12, 7))
    for headcount, free in ((2, 4), (3, 1)):
        found = preview(merchant=merchant, resource=seats, plan=plan(), headcount=headcount)
        assert [date.prospect.value for date in found] == ["free"] * free + ["refused"] * (4 - free)
    assert found[1].codes == ["too_many_companions"]
    aside = preview(merchant=merchant, resource=seats, plan=plan(), headcount=3, set_aside=True)
    assert [date.may_be_set_aside for date in aside] == [False, True, True, True]
    made = make(seats, merchant, person, headcount=3)
    assert [date.codes for date in made.dates.all()] == [date.codes for date in found]


@pytest.mark.parametrize("weeks", [1, 3])
def test_preview_when_more_dates_then_the_same_queries(
    seats, merchant, weeks, django_assert_num_queries
):
    preview(merchant=merchant, resource=seats, plan=plan())  # the settings are read once
    with django_assert_num_queries(4):
        preview(
            merchant=merchant, resource=seats, plan=plan(last=FIRST + dt.timedelta(weeks=weeks))
        )


# taking ---------------------------------------------------------------------------------------


def test_create_when_one_date_is_taken_then_the_others_are_booked_and_that_one_recorded(
    seats, merchant, person
):
    for other in (factories.merchant(), factories.merchant()):
        confirm(hold(seats, other, kst(7, 10, month=12), kst(7, 11, month=12)))
    made = make(seats, merchant, person)
    assert outcomes(made) == ["taken", "refused", "taken", "taken"]
    refused = made.dates.get(outcome=DateOutcome.REFUSED)
    assert (refused.codes, refused.booking) == (["slot_taken"], None)
    booked = Booking.objects.filter(merchant=merchant).order_by("starts")
    assert [booking.starts for booking in booked] == [
        kst(30, 10),
        kst(14, 10, month=12),
        kst(21, 10, month=12),
    ]
    assert {(b.state, b.purpose, b.source) for b in booked} == {("confirmed", "정기 이용", "web")}


def test_create_when_dates_are_left_out_then_recorded_as_left_out(seats, merchant, person):
    HolidayOverride.objects.create(date=day(12, 14), name="임시공휴일")
    made = make(seats, merchant, person, wanted=[FIRST])
    assert outcomes(made) == ["taken", "skipped", "refused", "skipped"]
    assert "임시공휴일" in made.dates.get(day=day(12, 14)).sentence


def test_create_when_beyond_the_limits_then_staff_need_a_reason(seats, merchant):
    factories.policy(per_month=1, valid_from=day(11, 1))
    staff = factories.staff()
    given = {"by": staff, "source": BookingSource.PHONE}
    made = make(seats, merchant, **given)
    assert outcomes(made) == ["taken", "taken", "refused", "refused"]
    other = factories.merchant()
    made = make(seats, other, **given, override="입주 협약")
    assert outcomes(made) == ["taken"] * 4
    assert set(RuleOverride.objects.values_list("reason", flat=True)) == {"입주 협약"}
    assert made.dates.first().booking.source == BookingSource.PHONE


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (plan(weekdays=[5], last=FIRST), "no_dates"),
        (plan(weekdays=range(7), last=day(12, 31) + dt.timedelta(days=60)), "too_many_dates"),
    ],
)
def test_create_when_no_or_too_many_dates_then_refused(seats, merchant, person, wish, code):
    with pytest.raises(RuleViolation, match=code):
        make(seats, merchant, person, plan=wish)
    assert not Series.objects.exists()


def test_create_when_staff_act_for_the_business_then_a_colleague_has_to(seats):
    staff = factories.staff()
    own = factories.merchant(owner=staff)
    made = make(seats, own, staff, source=BookingSource.STAFF)
    assert {code for date in made.dates.all() for code in date.codes} == {"own_business"}


def test_try_again_when_the_place_is_free_by_now_then_booked_once(seats, merchant, person):
    rivals = [factories.merchant(), factories.merchant()]
    taken = [confirm(hold(seats, it, kst(30, 10), kst(30, 11))) for it in rivals]
    made = make(seats, merchant, person)
    refused = made.dates.get(day=FIRST)
    assert series.try_again(date=refused, by=person).outcome == DateOutcome.REFUSED
    change.cancel(booking=taken[0])
    for _ in range(2):
        done = series.try_again(date=refused, by=person)
    assert (done.outcome, done.codes, done.sentence) == (DateOutcome.TAKEN, [], "")
    assert Booking.objects.of_merchant(merchant.pk).filter(starts=kst(30, 10)).count() == 1


def test_try_again_when_the_booking_was_cancelled_elsewhere_then_booked_anew(
    seats, merchant, person
):
    date = make(seats, merchant, person).dates.first()
    change.cancel(booking=date.booking)
    again = series.try_again(date=date, by=person)
    assert again.booking != date.booking
    assert again.words == "예약 확정"


# ending and changing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "left", "state"),
    [
        (Scope.ONE, ["taken", "cancelled", "taken", "taken"], SeriesState.ACTIVE),
        (Scope.FROM, ["taken", "cancelled", "cancelled", "cancelled"], SeriesState.ACTIVE),
        (Scope.ALL, ["cancelled"] * 4, SeriesState.ENDED),
    ],
)
def test_cancel_when_scope_then_those_dates(seats, merchant, person, scope, left, state):
    made = make(seats, merchant, person)
    report = series_dates.cancel(date=made.dates.all()[1], scope=scope, by=person)
    made.refresh_from_db()
    assert (outcomes(made), made.state) == (left, state)
    assert report.done == left.count("cancelled")
    cancelled = Booking.objects.filter(state=BookingState.CANCELLED).count()
    assert cancelled == report.done


def test_cancel_when_the_last_one_goes_by_itself_then_ended_and_tried_again_goes_on(
    seats, merchant, person
):
    made = make(seats, merchant, person)
    *others, last = made.dates.all()
    for date in others:
        change.cancel(booking=date.booking)
    for one, state in ((others[0], SeriesState.ACTIVE), (last, SeriesState.ENDED)):
        series_dates.cancel(date=one, scope=Scope.ONE, by=person)
        made.refresh_from_db()
        assert made.state == state
    series.try_again(date=last, by=person)
    made.refresh_from_db()
    assert (outcomes(made)[-1], made.state) == ("taken", SeriesState.ACTIVE)


@pytest.mark.parametrize(("seconds", "stays"), [(-1, 0), (0, 0), (1, 1)])
def test_cancel_when_the_deadline_of_one_date_then_that_one_stays(
    at_now, seats, merchant, person, seconds, stays
):
    made = make(seats, merchant, person)
    at_now.move_to(kst(28, 18) + dt.timedelta(seconds=seconds))
    report = series_dates.cancel(date=made.dates.first(), scope=Scope.ALL, by=person)
    assert len(report.stayed) == stays
    assert [violation.code for _row, violation in report.stayed] == ["deadline_passed"] * stays
    assert outcomes(made).count("cancelled") == 4 - stays


def test_cancel_when_staff_then_after_the_deadline_with_the_reason_of_the_house(
    at_now, seats, merchant, person
):
    made = make(seats, merchant, person)
    at_now.move_to(kst(30, 9))
    series_dates.cancel(
        date=made.dates.first(), scope=Scope.ALL, by=factories.staff(), by_staff=True
    )
    assert set(Booking.objects.values_list("reason_code", flat=True)) == {"series"}


def test_cancel_when_dates_are_over_then_they_stay(at_now, seats, merchant, person):
    made = make(seats, merchant, person)
    at_now.move_to(kst(30, 10))
    series_dates.cancel(date=made.dates.last(), scope=Scope.ALL, by=person)
    assert outcomes(made) == ["taken", "cancelled", "cancelled", "cancelled"]


def test_change_time_when_one_hour_is_taken_then_that_date_keeps_its_old_one(
    seats, merchant, person
):
    for other in (factories.merchant(), factories.merchant()):
        confirm(hold(seats, other, kst(14, 13, month=12), kst(14, 14, month=12)))
    made = make(seats, merchant, person)
    second = made.dates.all()[1]
    report = series_dates.change_time(
        date=second, scope=Scope.FROM, starts_at=ONE, ends_at=TWO, by=person
    )
    assert (report.done, [row.day for row, _why in report.stayed]) == (2, [day(12, 14)])
    assert [date.starts for date in made.dates.all()] == [
        kst(30, 10),
        kst(7, 13, month=12),
        kst(14, 10, month=12),
        kst(21, 13, month=12),
    ]
    assert all(date.starts == date.booking.starts for date in made.dates.select_related("booking"))


# tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"weekdays": []}, {"weekdays": [7]}, {"ends_at": NINE}])
def test_series_when_nonsense_then_the_database_refuses(seats, merchant, person, wrong):
    made = make(seats, merchant, person)
    for name, value in wrong.items():
        setattr(made, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save()


def test_series_date_when_taken_without_a_booking_then_the_database_refuses(
    seats, merchant, person
):
    made = make(seats, merchant, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesDate.objects.filter(series=made).update(booking=None)


def test_series_when_exported_or_looked_into_then_with_its_dates_and_its_people(
    seats, merchant, person
):
    made = make(seats, merchant, person, wanted=[FIRST])
    [told], _files = series_of(person)
    assert (told["purpose"], told["weekdays"]) == ("정기 이용", [0])
    assert [date["booking"] is None for date in told["dates"]] == [False, True, True, True]
    assert series_of(factories.user()) == ([], [])
    affected = [row for rows in by_series([made.pk]) for row in rows]
    assert {row[1] for row in affected if row[0] == "person"} == {person.pk}
