"""Dates of 2026 and 2027 pinned, so that a new version of the package cannot move them."""

import datetime as dt

import pytest

from bookings.models import HolidayOverride
from center import business_days
from center.business_days import BusinessDays, public_holidays

D = dt.date


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (D(2026, 1, 1), "신정"),
        (D(2026, 2, 17), "설날"),
        (D(2026, 3, 2), None),  # substitute for Sunday 1 March; the name is the package's
        (D(2026, 5, 1), None),  # Labour Day, a public holiday since 2026
        (D(2026, 5, 5), "어린이날"),
        (D(2026, 7, 17), "제헌절"),
        (D(2026, 10, 9), "한글날"),
        (D(2026, 12, 25), "성탄절"),
        (D(2027, 5, 3), None),
        (D(2027, 7, 19), None),
        (D(2027, 12, 27), "성탄절 대체 휴일"),
    ],
)
def test_public_holidays_when_known_day_then_listed(day, name):
    known = public_holidays(day.year)
    assert day in known
    assert name is None or known[day] == name


def test_public_holidays_when_ordinary_day_then_not_listed():
    assert D(2026, 11, 23) not in public_holidays(2026)


def test_add_when_week_is_ordinary_then_skips_the_weekend():
    assert BusinessDays().add(D(2026, 11, 23), 3) == D(2026, 11, 26)
    assert BusinessDays().add(D(2026, 11, 26), 3) == D(2026, 12, 1)
    assert BusinessDays().add(D(2026, 11, 28), 1) == D(2026, 11, 30)
    assert BusinessDays().add(D(2026, 11, 28), 0) == D(2026, 11, 28)


def test_add_when_holiday_between_then_skips_it():
    assert BusinessDays().add(D(2026, 12, 24), 1) == D(2026, 12, 28)


def test_overrides_when_temporary_holiday_then_counts_as_one():
    days = BusinessDays({D(2026, 11, 25): (True, "임시공휴일")})
    assert days.holiday(D(2026, 11, 25)) == "임시공휴일"
    assert days.add(D(2026, 11, 24), 1) == D(2026, 11, 26)


def test_overrides_when_open_on_a_public_holiday_then_business_day():
    days = BusinessDays({D(2026, 12, 25): (False, "운영")})
    assert days.holiday(D(2026, 12, 25)) is None
    assert days.is_business_day(D(2026, 12, 25))


def test_current_when_the_house_has_its_own_holiday_then_every_app_counts_it(db):
    friday, monday = D(2026, 11, 27), D(2026, 11, 30)
    assert business_days.current().add(friday, 1) == monday
    HolidayOverride.objects.create(date=monday, is_holiday=True, name="센터 개관일")
    assert business_days.current().add(friday, 1) == D(2026, 12, 1)


def test_holidays_when_asked_for_in_many_years_then_few_are_kept():
    """Whoever writes years into addresses must not fill the memory."""
    for year in range(1900, 2000):
        business_days.public_holidays(year)
    assert business_days.public_holidays.cache_info().currsize <= 64
