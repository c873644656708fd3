"""Periods of reports: their keys, edges, neighbours."""

import datetime as dt

import pytest
from django.utils.translation import override

from center import periods
from tests.conftest import kst


@pytest.mark.parametrize(
    ("key", "first", "last", "before"),
    [
        ("2026-10", "2026-10-01", "2026-10-31", "2025-10"),
        ("2026-12", "2026-12-01", "2026-12-31", "2025-12"),
        ("2026-Q4", "2026-10-01", "2026-12-31", "2025-Q4"),
        ("2026-H1", "2026-01-01", "2026-06-30", "2025-H1"),
        ("2026", "2026-01-01", "2026-12-31", "2025"),
        ("to-2026-11-27", "2026-01-01", "2026-11-27", "to-2025-11-27"),
        ("2024-02-10..2024-02-29", "2024-02-10", "2024-02-29", "2023-02-10..2023-02-28"),
    ],
)
def test_of_key_when_named_then_its_days(key, first, last, before):
    period = periods.of_key(key)
    assert (str(period.starts), str(period.last), period.key) == (first, last, key)
    assert period.year_before().key == before


@pytest.mark.parametrize(
    "key",
    [
        *("", "2026-13", "2026-00", "2026-Q5", "2026-q4", "2026-H3", "to-2026-02-30", "1999"),
        *("2026-1", "2026-11-02..2026-11-01", "2026-11-01..", "2000-01-01..2026-01-01"),
        "20261101..20261102",
    ],
)
def test_of_key_when_nonsense_then_refused(key):
    with pytest.raises(ValueError):  # noqa: PT011  (of whatever reads dates)
        periods.of_key(key)


def test_period_when_asked_for_neighbours_then_without_gap():
    for key, previous, following in (
        ("2026-01", "2025-12", "2026-02"),
        ("2026-Q1", "2025-Q4", "2026-Q2"),
        ("2026-H2", "2026-H1", "2027-H1"),
        ("2026", "2025", "2027"),
    ):
        period = periods.of_key(key)
        assert (period.previous().key, period.following().key) == (previous, following)
        assert period.previous().ends == period.starts
    days = periods.of_key("2026-11-03..2026-11-05")
    assert days.previous().key == "2026-10-31..2026-11-02"
    assert days.following() is None


def test_months_when_range_is_cut_then_its_ends_too():
    months = periods.of_key("2026-11-20..2027-01-02").months()
    assert [(m.key, str(m.starts), str(m.ends)) for m in months] == [
        ("2026-11", "2026-11-20", "2026-12-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2027-01", "2027-01-01", "2027-01-03"),
    ]


def test_is_over_when_at_the_end_then_over():
    november = periods.of_key("2026-11")
    assert not november.is_over(kst(30, 23, 59))
    assert november.is_over(kst(1, month=12))
    assert november.year_to_date().key == "to-2026-11-30"


@pytest.mark.parametrize(
    ("key", "korean", "english"),
    [
        ("2026-10", "2026년 10월", "10/2026"),
        ("2026-Q3", "2026년 3분기", "Quarter 3 of 2026"),
        ("2026-H1", "2026년 상반기", "First half of 2026"),
        ("2026", "2026년", "Year 2026"),
    ],
)
def test_label_when_spoken_then_in_the_language(key, korean, english):
    with override("ko"):
        assert periods.of_key(key).label == korean
    with override("en"):
        assert periods.of_key(key).label == english


def test_span_when_one_day_then_one_day():
    day = dt.date(2026, 11, 3)
    assert periods.span(day, day).ends == dt.date(2026, 11, 4)
