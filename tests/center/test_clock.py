import datetime as dt

import pytest
import time_machine

from center import clock, display
from tests.conftest import kst


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-11-23T14:59:59+00:00", dt.date(2026, 11, 23)),
        ("2026-11-23T15:00:00+00:00", dt.date(2026, 11, 24)),
        ("2026-11-23T15:00:01+00:00", dt.date(2026, 11, 24)),
    ],
)
def test_today_when_midnight_in_korea_then_the_next_day(utc, day):
    with time_machine.travel(dt.datetime.fromisoformat(utc), tick=False):
        assert clock.today() == day
        assert clock.day_of(clock.now()) == day


def test_bounds_when_day_or_month_then_half_open_in_korea():
    assert clock.day_bounds(dt.date(2026, 11, 23)) == (kst(23), kst(24))
    assert clock.month_bounds(dt.date(2026, 12, 31)) == (
        kst(1, month=12),
        kst(1, month=1, year=2027),
    )
    assert clock.month_bounds(dt.date(2028, 2, 29))[1] == kst(1, month=3, year=2028)


def test_monday_of_when_any_day_then_its_monday():
    assert {clock.monday_of(dt.date(2026, 11, day)) for day in range(23, 30)} == {
        dt.date(2026, 11, 23)
    }


def test_display_when_korean_then_as_offices_write():
    assert display.full_day(dt.date(2026, 11, 23)) == "2026. 11. 23.(월)"
    assert display.moment(kst(27, 9)) == "11. 27.(금) 9:00"
    assert display.span(kst(27, 10), kst(27, 12)) == "10:00 – 12:00"
    assert display.span(kst(27, 22), kst(28)) == "22:00 – 24:00"
    assert display.span(kst(27, 22), kst(28, 1)) == "22:00 – 11. 28.(토) 1:00"
    assert display.week_span(dt.date(2026, 11, 30), dt.date(2026, 12, 6)) == (
        "11월 30일 – 12월 6일"
    )
    assert [display.length(n) for n in (60, 90, 30)] == ["1시간", "1시간 30분", "30분"]
