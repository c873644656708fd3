"""Order, bound and waits as pure functions, against people who come at any time."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from center import clock
from center.waiting_room import policy
from center.waiting_room.policy import Gate, Phase

OPENS = dt.datetime(2026, 11, 25, 10, tzinfo=clock.KST)
SECOND = dt.timedelta(seconds=1)
seconds = st.integers(-1800, 3600)


def gate(inside: int | None = 10, per_minute: int | None = None, **changed) -> Gate:
    values = {
        "key": "call-1",
        "opens": OPENS,
        "closes": OPENS + dt.timedelta(days=1),
        "gathers": OPENS - dt.timedelta(minutes=30),
        "door": "/door/",
        "room": "/door/wait/",
    }
    return Gate(**{**values, "inside": inside, "per_minute": per_minute, **changed})


def number(account: int, after: float, secret: str = "s", the_gate: Gate | None = None) -> float:
    return policy.number(the_gate or gate(), account, OPENS + after * SECOND, secret)


@pytest.mark.parametrize(
    ("after", "phase"),
    [
        (-1800.001, Phase.CLOSED),
        (-1800, Phase.GATHERING),
        (-0.001, Phase.GATHERING),
        (0, Phase.OPEN),
        (86399.999, Phase.OPEN),
        (86400, Phase.CLOSED),
    ],
)
def test_phase_just_before_at_and_after_each_edge(after, phase):
    assert gate().phase(OPENS + after * SECOND) is phase


def test_phase_without_a_limit_then_there_is_no_room():
    assert gate(inside=None).phase(OPENS) is Phase.CLOSED


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 10**9), seconds), min_size=2, unique_by=lambda p: p[0]))
def test_number_whoever_comes_then_waiters_first_and_then_by_arrival(people):
    line = sorted(people, key=lambda person: number(*person))
    early = [person for person in line if person[1] < 0]
    assert line[: len(early)] == early
    arrivals = [after for _account, after in line[len(early) :]]
    assert arrivals == sorted(arrivals)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 10**9), st.lists(st.integers(-1800, -1), min_size=2, max_size=5))
def test_number_before_the_opening_then_coming_earlier_or_again_changes_nothing(account, moments):
    assert len({number(account, moment) for moment in moments}) == 1


def test_number_before_the_opening_then_every_place_in_line_is_as_likely():
    accounts, draws = range(1, 11), 500
    firsts = [min(accounts, key=lambda a: number(a, -1, f"s{n}")) for n in range(draws)]
    expected = draws / len(accounts)
    chi_squared = sum((firsts.count(a) - expected) ** 2 / expected for a in accounts)
    assert chi_squared < 27.9  # 9 degrees of freedom: 1 in 1,000; the secrets are fixed


def test_number_of_another_moment_then_drawn_anew():
    later = gate(key="call-1-later")
    assert number(7, -1) != number(7, -1, the_gate=later)


@settings(deadline=None, max_examples=60)
@given(
    inside=st.none() | st.integers(1, 30),
    per_minute=st.none() | st.integers(1, 600),
    looks=st.lists(
        st.tuples(st.floats(0.01, 60), st.integers(0, 50), st.integers(0, 30)), max_size=60
    ),
)
def test_to_admit_whatever_happens_then_both_bounds_hold(inside, per_minute, looks):
    """Each look: so much later, so many more in line, so many done inside."""
    the_gate, now, credit, waiting, turns = gate(inside, per_minute), OPENS, 0.0, 0, []
    within = 0
    for later, come, done in looks:
        now += later * SECOND
        waiting, within = waiting + come, max(0, within - done)
        n = policy.to_admit(the_gate, waiting=waiting, inside=within, last_credit=credit, now=now)
        assert 0 <= n <= waiting
        credit = policy.credit_after(the_gate, n, credit, now)
        waiting, within = waiting - n, within + n
        turns.append((now, n))
        assert inside is None or within <= inside
    for first, (begins, _n) in enumerate(turns) if per_minute else ():
        given_since = 0
        for moment, n in turns[first:]:
            given_since += n
            minutes = (moment - begins).total_seconds() / 60
            assert given_since <= max(1, per_minute / 6) + minutes * per_minute + 1e-3


def test_to_admit_when_there_is_room_then_nobody_waits_for_nothing():
    found = policy.to_admit(gate(10), waiting=30, inside=4, last_credit=0, now=OPENS)
    assert found == 6


def test_is_settled_before_and_after_the_opening():
    before, after = OPENS - SECOND, OPENS + 60 * SECOND
    assert not policy.is_settled(gate(), before, before)
    assert policy.is_settled(gate(), before, OPENS)
    settled = after + policy.SETTLE
    assert not policy.is_settled(gate(), after, settled - SECOND)
    assert policy.is_settled(gate(), after, settled)


def test_expected_wait_by_the_limit_by_the_usual_stay_and_by_what_was_measured():
    assert policy.expected_wait(gate(None, 60), 9, [], OPENS) == 10
    assert policy.expected_wait(gate(10), 9, [], OPENS) == policy.USUAL_STAY
    now = OPENS + 100 * SECOND
    turns = [OPENS.timestamp()] * 10 + [now.timestamp()] * 10  # ten more in 100 seconds
    assert policy.expected_wait(gate(10), 9, turns, now) == pytest.approx(100)
    assert policy.expected_wait(gate(None, 60), 0, [], OPENS - 30 * SECOND) == 31


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 100_000), st.integers(1, 600))
def test_pause_however_long_the_line_then_all_together_look_seldom(waiting, per_minute):
    the_gate, step = gate(None, per_minute), max(1, waiting // 500)
    looks = 0.0
    for ahead in range(0, waiting, step):
        wait = policy.expected_wait(the_gate, ahead, [], OPENS)
        found = policy.pause(the_gate, ahead=ahead, waiting=waiting, wait=wait, now=OPENS)
        assert policy.SOONEST <= found <= policy.LATEST
        looks += step / found
    assert looks <= 2 * policy.LOOKS_PER_SECOND + waiting / policy.LATEST + step


def test_pause_before_the_opening_then_the_first_in_line_come_back_first():
    now, waiting = OPENS - 10 * SECOND, 100_000
    pauses = [
        policy.pause(gate(), ahead=ahead, waiting=waiting, wait=0, now=now)
        for ahead in (0, 50_000, 100_000)
    ]
    assert pauses == [11, 261, 511]


def test_pause_when_few_wait_or_the_turn_is_near_then_soon():
    few = {"waiting": 900, "wait": 3600, "now": OPENS}
    assert policy.pause(gate(), ahead=800, **few) == policy.SOONEST
    many = {"waiting": 100_000, "wait": 3600, "now": OPENS}
    assert policy.pause(gate(10), ahead=29, **many) == policy.SOONEST
    assert policy.pause(gate(10), ahead=30, **many) == policy.LATEST
