from hypothesis import given
from hypothesis import strategies as st

from programs.spreading import loads, spread


@given(st.integers(0, 40), st.integers(1, 8), st.integers(1, 5))
def test_spread_when_nothing_stands_in_the_way_then_within_one(n, people, each):
    applications, evaluators = list(range(n)), list(range(100, 100 + people))
    pairs = spread(applications, evaluators, each, has={})
    assert len(set(pairs)) == len(pairs) == n * min(each, people)
    counts = [loads(pairs).get(person, 0) for person in evaluators]
    assert max(counts) - min(counts) <= 1


@given(
    st.sets(st.tuples(st.integers(0, 9), st.integers(100, 104)), max_size=20),
    st.integers(1, 4),
)
def test_spread_when_pairs_are_barred_then_never_given(barred, each):
    pairs = spread(list(range(10)), list(range(100, 105)), each, has={}, barred=barred)
    assert not barred & set(pairs)
    for application in range(10):
        able = [p for p in range(100, 105) if (application, p) not in barred]
        assert sum(a == application for a, _p in pairs) == min(each, len(able))


def test_spread_when_run_again_then_nothing_is_added():
    pairs = spread([1, 2, 3], [7, 8, 9], 2, has={})
    has = {a: {p for x, p in pairs if x == a} for a in (1, 2, 3)}
    assert spread([1, 2, 3], [7, 8, 9], 2, has=has, load=loads(pairs)) == []


def test_spread_when_somebody_left_then_only_the_gap_is_filled_by_the_least_loaded():
    has = {1: {7}, 2: {7, 8}}
    assert spread([1, 2], [7, 8, 9], 2, has=has, load={7: 2, 8: 1}) == [(1, 9)]


def test_spread_when_groups_could_form_then_evaluators_meet_in_changing_groups():
    pairs = spread(list(range(10)), [1, 2, 3, 4], 3, has={})
    groups = {frozenset(p for a, p in pairs if a == n) for n in range(10)}
    assert len(groups) == 4
