"""Places by district: against an oracle that hands them out one after another."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from programs import quotas

DISTRICTS = ["a", "b", "c"]


@st.composite
def calls(draw):
    """A quota, places of two districts within it, and who comes in which order."""
    quota = draw(st.integers(1, 12))
    first = draw(st.integers(0, quota))
    second = draw(st.integers(0, quota - first))
    own = {code: n for code, n in (("a", first), ("b", second)) if n}
    return quota, own, draw(st.lists(st.sampled_from(DISTRICTS), max_size=20))


def oracle(quota, own, arrivals):
    """Seats with a name on them and seats without; each takes one of its own first."""
    named, free = dict(own), quota - sum(own.values())
    let_in = []
    for district in arrivals:
        if named.get(district, 0):
            named[district] -= 1
        elif free:
            free -= 1
        else:
            let_in.append(False)
            continue
        let_in.append(True)
    return let_in


@settings(deadline=None)
@given(calls())
def test_has_room_whoever_comes_then_as_seats_with_names(call):
    quota, own, arrivals = call
    taken: Counter[str] = Counter()
    let_in = []
    for district in arrivals:
        room = quotas.has_room(quota, own, taken, district)
        let_in.append(room)
        taken[district] += room
    assert let_in == oracle(quota, own, arrivals)
    assert sum(taken.values()) <= quota


def test_smallest_free_when_a_hole_then_the_hole():
    assert quotas.smallest_free({1, 3}, 3) == 2
    assert quotas.smallest_free({1, 2, 3}, 3) is None


def test_repeat_places_then_rounded_down():
    assert quotas.repeat_places(12, 20) == 2
    assert quotas.repeat_places(12, None) is None
