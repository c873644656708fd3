"""The rules of completion and absence, against naive counting."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs import completion
from programs.completion import Part, Standing
from tests.conftest import kst


@pytest.mark.parametrize(
    ("attended", "done"), [(479, False), (480, True), (481, True), (0, False), (600, True)]
)
def test_completed_from_exactly_the_share(attended, done):
    assert completion.is_completed(Standing(600, attended, 0), 80) is done


def test_completed_when_nothing_was_held_then_never():
    assert not completion.is_completed(Standing(0, 0, 0), 1)


def test_percent_is_rounded_down():
    assert Standing(600, 479, 0).percent == 79
    assert Standing(600, 480, 0).percent == 80


@pytest.mark.parametrize(("absences", "barred"), [(1, False), (2, False), (3, True)])
def test_barred_from_one_absence_more_than_allowed(absences, barred):
    assert completion.is_barred(Standing(0, 0, absences), 2) is barred


def test_barred_when_no_number_is_set_then_never():
    assert not completion.is_barred(Standing(0, 0, 99), None)


def minute_by_minute(parts):
    """The oracle: counts each minute and each session by hand."""
    held = attended = 0
    for part in parts:
        for minute in range(part.minutes):
            held += 1
            attended += minute < part.attended
    return held, attended, len([part for part in parts if part.missed])


parts = st.lists(
    st.builds(
        Part,
        minutes=st.integers(1, 300),
        attended=st.integers(0, 320),
        missed=st.booleans(),
        ends=st.integers(0, 50).map(lambda hour: kst(1) + dt.timedelta(hours=hour)),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(parts, st.integers(1, 100))
def test_standing_as_counted_minute_by_minute(parts, percent):
    stands = completion.standing(parts)
    held, attended, absences = minute_by_minute(parts)
    assert (stands.held, stands.attended, stands.absences) == (held, attended, absences)
    done = held > 0 and Fraction(attended, held) >= Fraction(percent, 100)
    assert completion.is_completed(stands, percent) is done


@settings(deadline=None)
@given(parts, st.integers(1, 100))
def test_missing_minutes_are_just_enough(parts, percent):
    stands = completion.standing(parts)
    missing = completion.minutes_missing(stands, percent)
    if not stands.held:
        return
    enough = Standing(stands.held, stands.attended + missing, 0)
    assert completion.is_completed(enough, percent)
    if missing:
        short = Standing(stands.held, stands.attended + missing - 1, 0)
        assert not completion.is_completed(short, percent)


@settings(deadline=None)
@given(parts, st.integers(0, 8))
def test_barred_at_the_end_of_the_session_that_was_one_too_many(parts, allowed):
    since = completion.barred_at(parts, allowed)
    assert (since is not None) is completion.is_barred(completion.standing(parts), allowed)
    if since is not None:
        missed_by_then = [p for p in parts if p.missed and p.ends <= since]
        missed_before = [p for p in parts if p.missed and p.ends < since]
        assert len(missed_before) <= allowed < len(missed_by_then)


@dataclass
class Call:
    pk: int
    opens_at: dt.datetime
    closes_at: dt.datetime


def test_next_round_is_the_first_that_still_took_applications():
    rounds = [
        Call(1, kst(1), kst(5)),  # the round itself
        Call(2, kst(6), kst(8)),  # over when it came to that
        Call(3, kst(9), kst(20)),
        Call(4, kst(12), kst(25)),
    ]
    assert completion.next_round(rounds, kst(1), kst(10)).pk == 3
    assert completion.next_round(rounds[:2], kst(1), kst(10)) is None


@pytest.mark.parametrize(("minutes", "pk"), [(-1, 2), (0, 3), (1, 3)])
def test_next_round_when_it_closes_at_that_very_moment_then_the_one_after(minutes, pk):
    since = kst(10) + dt.timedelta(minutes=minutes)
    rounds = [Call(2, kst(6), kst(10)), Call(3, kst(9), kst(20))]
    assert completion.next_round(rounds, kst(1), since).pk == pk
