"""Interval algebra against sets of minutes."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bookings.intervals import Interval, covers, subtract, union

minutes = st.integers(0, 60)
intervals = st.lists(st.builds(Interval, minutes, minutes), max_size=12)


def points(spans):
    return {minute for start, end in spans for minute in range(start, end)}


def is_a_set(spans):
    proper = all(start < end for start, end in spans)
    return proper and all(a.end < b.start for a, b in itertools.pairwise(spans))


@given(intervals)
def test_union_when_any_intervals_then_covers_the_same_minutes(spans):
    assert points(union(spans)) == points(spans)
    assert is_a_set(union(spans))


@given(intervals, intervals)
def test_subtract_when_any_intervals_then_set_difference(spans, holes):
    assert points(subtract(spans, holes)) == points(spans) - points(holes)
    assert is_a_set(subtract(spans, holes))


@given(intervals, minutes, minutes)
def test_covers_when_wanted_then_one_interval_holds_all_of_it(spans, start, end):
    wanted = Interval(min(start, end), max(start, end) + 1)
    assert covers(union(spans), wanted) == (points([wanted]) <= points(spans))


@given(st.builds(Interval, minutes, minutes), st.builds(Interval, minutes, minutes))
def test_overlaps_when_proper_intervals_then_shares_a_minute(first, second):
    if first.start < first.end and second.start < second.end:
        assert first.overlaps(second) == bool(points([first]) & points([second]))
