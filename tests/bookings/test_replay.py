"""Units given out once more, against minutes counted one by one."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bookings.intervals import Interval
from bookings.replay import Shut, Use, without_a_unit
from tests.conftest import kst

MINUTE = dt.timedelta(minutes=1)
SPACE, CAMERA = 1, 2


def at(minutes):
    return kst(5, month=10) + minutes * MINUTE


def spell(start, end):
    return Interval(at(start), at(end))


# When it was made and, if it was, given up; its minutes, about a midnight; its units.
uses = st.lists(
    st.tuples(
        st.integers(-60, 0),
        st.none() | st.integers(1, 60),
        st.integers(1380, 1480),
        st.integers(1, 60),
        st.sampled_from([[11, 12], [12, 11]]),
        st.booleans(),
    ),
    max_size=8,
)


# The unit that was closed, when that was known, its minutes.
closings = st.lists(
    st.tuples(
        st.sampled_from([11, 12, 21]),
        st.integers(-60, 0),
        st.integers(1380, 1480),
        st.integers(1, 60),
    ),
    max_size=3,
)


def told(drawn):
    for key, (booked, kept, start, length, spaces, with_camera) in enumerate(drawn):
        gone = None if kept is None else booked + kept
        wants = {SPACE: spaces} | ({CAMERA: [21]} if with_camera else {})
        yield key, booked, gone, (start, start + length), wants


def counted(made, closed):
    """The same told a second time: each minute of each unit has one place."""
    refused, placed = {}, []
    for key, booked, gone, (start, end), wants in sorted(made, key=lambda m: (m[1], m[0])):
        given, missing = [], set()
        for resource, units in wants.items():
            for unit in units:
                busy = set()
                for their_unit, their_gone, minutes in placed:
                    if their_unit == unit and not (their_gone is not None and their_gone <= booked):
                        busy |= minutes
                for their_unit, known, first, length in closed:
                    if their_unit == unit and known <= booked:
                        busy |= set(range(first, first + length))
                if not busy & set(range(start, end)):
                    given.append(unit)
                    break
            else:
                missing.add(resource)
        if missing:
            refused[key] = missing
        else:
            placed += [(unit, gone, set(range(start, end))) for unit in given]
    return refused


@given(uses, closings)
def test_without_a_unit_when_any_uses_then_as_minutes_are_counted(drawn, closed):
    made = list(told(drawn))
    found = without_a_unit(
        [
            Use(key, at(booked), None if gone is None else at(gone), spell(start, end), wants)
            for key, booked, gone, (start, end), wants in made
        ],
        [
            Shut(unit, at(known), spell(first, first + length))
            for unit, known, first, length in closed
        ],
    )
    assert found == counted(made, closed)
