"""Every rule just before, at and just after its limit."""

import datetime as dt

import pytest

from bookings.intervals import Interval
from bookings.models import Category, Policy
from bookings.opening import Closed, OpeningCalendar, WeeklySpan
from bookings.policies import Facts, Rules, Standing, rules_on, violations
from center.business_days import BusinessDays
from tests.conftest import NOW, kst

HOURS = [
    WeeklySpan(None, day, opens, closes, dt.date(2020, 1, 1), None)
    for day in range(5)
    for opens, closes in ((dt.time(9), dt.time(12)), (dt.time(13), dt.time(18)))
]
SECOND = dt.timedelta(seconds=1)


def facts(*, now=NOW, closures=(), **standing):
    calendar = OpeningCalendar(HOURS, {}, closures, BusinessDays())
    return Facts(now=now, calendar=calendar, standing=Standing(**standing))


def codes(start, end, rules=None, **given):
    found = violations(Interval(start, end), rules or Rules(), facts(**given))
    return [violation.code for violation in found]


def test_violations_when_all_is_well_then_none():
    assert codes(kst(26, 10), kst(26, 12)) == []


@pytest.mark.parametrize(("day", "expected"), [(25, ["too_soon"]), (26, [])])
def test_notice_when_business_days_then_from_the_third_day_on(day, expected):
    assert codes(kst(day, 9), kst(day, 10)) == expected


def test_notice_when_weekend_between_then_not_counted():
    thursday = kst(26, 9)
    assert codes(kst(30, 9), kst(30, 10), now=thursday) == ["too_soon"]
    assert codes(kst(1, 9, month=12), kst(1, 10, month=12), now=thursday) == []


@pytest.mark.parametrize(("minutes", "expected"), [(-1, ["too_soon"]), (0, []), (1, [])])
def test_notice_when_hours_then_to_the_minute(minutes, expected):
    rules = Rules(notice_days=0, notice_hours=24, slot_minutes=1, min_minutes=1)
    start = kst(24, 10, 41) + dt.timedelta(minutes=minutes)
    assert codes(start, start + dt.timedelta(minutes=30), rules) == expected


def test_horizon_when_day_thirty_then_allowed_and_thirty_one_refused():
    assert codes(kst(23, 9, month=12), kst(23, 10, month=12)) == []
    assert codes(kst(24, 9, month=12), kst(24, 10, month=12)) == ["too_far"]


def test_past_when_start_is_now_or_earlier_then_refused():
    rules = Rules(notice_days=0, slot_minutes=1, min_minutes=1)
    assert codes(NOW, NOW + dt.timedelta(minutes=5), rules) == ["past"]
    assert codes(NOW - SECOND, NOW + dt.timedelta(hours=1), rules) == ["past"]
    later = NOW + dt.timedelta(minutes=1)
    assert codes(later, later + dt.timedelta(minutes=5), rules) == []


def test_length_when_limits_then_inclusive():
    assert codes(kst(26, 13), kst(26, 16)) == []
    assert codes(kst(26, 13), kst(26, 17)) == ["too_long"]
    rules = Rules(min_minutes=120)
    assert codes(kst(26, 13), kst(26, 15), rules) == []
    assert codes(kst(26, 13), kst(26, 14), rules) == ["too_short"]


def test_grid_when_off_then_refused():
    assert codes(kst(26, 13, 30), kst(26, 14, 30)) == ["off_grid"]
    assert codes(kst(26, 13), kst(26, 14, 30)) == ["off_grid"]
    assert codes(kst(26, 13) + SECOND, kst(26, 14) + SECOND) == ["off_grid"]


def test_hours_when_across_lunch_or_after_closing_then_refused():
    assert codes(kst(26, 11), kst(26, 14)) == ["outside_hours"]
    assert codes(kst(26, 17), kst(26, 19)) == ["outside_hours"]
    assert codes(kst(26, 17), kst(26, 18)) == []
    assert codes(kst(28, 10), kst(28, 11)) == ["outside_hours"]


def test_hours_when_holiday_then_named():
    found = violations(
        Interval(kst(25, 10, month=12), kst(25, 11, month=12)), Rules(horizon_days=60), facts()
    )
    assert [v.code for v in found] == ["outside_hours"]
    assert "성탄절" in found[0].message


def test_closure_when_touched_then_refused_with_its_reason():
    closed = [Closed(Interval(kst(26, 14), kst(26, 15)), "점검")]
    assert codes(kst(26, 13), kst(26, 14), closures=closed) == []
    assert codes(kst(26, 13), kst(26, 15), closures=closed) == ["closed"]
    assert codes(kst(26, 15), kst(26, 16), closures=closed) == []


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ({"used_day": 0, "used_month": 2}, []),
        ({"used_day": 1, "used_month": 1}, ["day_quota"]),
        ({"used_day": 0, "used_month": 3}, ["month_quota"]),
        ({"used_day": 1, "used_month": 3}, ["day_quota", "month_quota"]),
        ({"verified": False}, ["not_verified"]),
        ({"registered": False}, ["no_business"]),
        ({"suspended_until": NOW}, []),
        ({"suspended_until": NOW + SECOND}, ["suspended"]),
        ({"overdue_since": NOW}, []),
        ({"overdue_since": NOW - SECOND}, ["device_overdue"]),
    ],
)
def test_business_when_standing_then_judged(standing, expected):
    assert codes(kst(26, 10), kst(26, 11), **standing) == expected


def test_violations_when_several_rules_then_all_are_named():
    assert codes(kst(24, 11, 30), kst(24, 16), used_day=1) == [
        "day_quota",
        "off_grid",
        "too_long",
        "too_soon",
        "outside_hours",
    ]


def test_cancellable_until_when_two_days_then_eighteen_o_clock_in_korea():
    assert Rules().cancellable_until(kst(27, 10)) == kst(25, 18)
    assert Rules(cancel_days=0).cancellable_until(kst(27, 10)) == kst(27, 10)
    assert Rules(cancel_days=0, cancel_time=dt.time(8)).cancellable_until(kst(27, 10)) == kst(27, 8)


def policy(**fields):
    return Policy(**{"category": "", "valid_from": dt.date(2026, 1, 1), **fields})


def test_rules_on_when_scopes_then_narrow_wins_field_by_field():
    rules = rules_on(
        dt.date(2026, 11, 23),
        [
            policy(resource_id=1, per_day=5),
            policy(per_day=2, per_month=9, hold_minutes=7),
            policy(category=Category.STUDIO, per_month=4),
        ],
    )
    assert (rules.per_day, rules.per_month, rules.hold_minutes) == (5, 4, 7)
    assert rules.max_minutes == Rules().max_minutes


@pytest.mark.parametrize(("day", "expected"), [(30, 2), (1, 6), (2, 6)])
def test_rules_on_when_new_row_then_from_its_date_on(day, expected):
    date = dt.date(2026, 11 if day == 30 else 12, day)
    rows = [policy(per_day=2), policy(per_day=6, valid_from=dt.date(2026, 12, 1))]
    assert rules_on(date, rows).per_day == expected
