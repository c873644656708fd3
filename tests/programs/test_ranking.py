"""The ranking against a second, naive working out of the same published rules."""

import datetime as dt
import functools
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs import ranking
from programs.models import Ground, TieRule, Verdict
from programs.ranking import Candidate, Places, Scoring
from tests.conftest import NOW

MINUTE = dt.timedelta(minutes=1)


def one(key, *sheets, **fields):
    values = {"receipt": f"P{key:04}-0000", "submitted_at": NOW + key * MINUTE, **fields}
    return Candidate(key, sheets=tuple(map(tuple, sheets)), **values)


# --- the rules told a second time, step by step and slowly -----------------------------------


def worth(points, weights):
    top = Fraction(0)
    for n in range(len(weights)):
        top += Fraction(weights[n]) * Fraction(points[n])
    return top / Fraction(sum(weights))


def counted(candidate, scoring):
    sheets = list(candidate.sheets)
    if scoring.drops_extremes and len(sheets) >= 3:
        sheets.sort(key=lambda points: (worth(points, scoring.weights), points))
        sheets = sheets[1:-1]
    return sheets


def naive_score(candidate, scoring):
    sheets = counted(candidate, scoring)
    return sum((worth(points, scoring.weights) for points in sheets), Fraction(0)) / len(sheets)


def first_is_better(a, b, scoring):
    """-1, 0 or 1 by the first of the rules that tells two candidates apart."""
    mine, other = naive_score(a, scoring), naive_score(b, scoring)
    if mine != other:
        return -1 if mine > other else 1
    for rule in scoring.tie_rules:
        if rule == TieRule.FIRST_CRITERION:
            x, y = (
                Fraction(sum(p[0] for p in counted(c, scoring)), len(counted(c, scoring)))
                for c in (a, b)
            )
            if x != y:
                return -1 if x > y else 1
        if rule == TieRule.NEVER_SUPPORTED and a.supported_before != b.supported_before:
            return 1 if a.supported_before else -1
        if rule == TieRule.YOUNGER and a.founded_on != b.founded_on:
            if None in (a.founded_on, b.founded_on):
                return -1 if a.founded_on is None else 1
            return -1 if a.founded_on > b.founded_on else 1
        if rule == TieRule.EARLIER and a.submitted_at != b.submitted_at:
            return -1 if a.submitted_at < b.submitted_at else 1
    if a.submitted_at != b.submitted_at:
        return -1 if a.submitted_at < b.submitted_at else 1
    return -1 if a.receipt < b.receipt else 1


def naive_order(candidates, scoring):
    compare = functools.partial(first_is_better, scoring=scoring)
    return sorted(candidates, key=functools.cmp_to_key(compare))


def fits(winners, candidate, places, most):
    """Whether the winners with this one among them could all have places: counted anew."""
    among = [*winners, candidate]
    if len(among) > places.quota:
        return False
    held = sum(w.supported_before for w in among)
    if most is not None and candidate.supported_before and held > most:
        return False
    here = [w for w in among if w.district == candidate.district]
    if len(here) <= places.districts.get(candidate.district, 0):
        return True
    beyond = sum(
        max(0, sum(w.district == code for w in among) - places.districts.get(code, 0))
        for code in {w.district for w in among}
    )
    return beyond <= places.quota - sum(places.districts.values())


def naive_results(ordered, passing, places):
    """Verdicts by key: whoever fits in beside the better ones is in."""
    may = [c for c in ordered if c.key in passing]
    most = None if places.repeat_percent is None else places.quota * places.repeat_percent // 100
    winners, line = [], []
    for c in may:
        if fits(winners, c, places, most):
            winners.append(c)
    for c in may:
        held = sum(w.supported_before for w in [*winners, *line])
        allowed = most is None or not c.supported_before or held < most
        if c not in winners and len(line) < places.reserve and allowed:
            line.append(c)
    verdicts = {c.key: (Verdict.NOT_SELECTED, None) for c in ordered}
    verdicts |= {c.key: (Verdict.SELECTED, n) for n, c in enumerate(winners, 1)}
    return verdicts | {c.key: (Verdict.RESERVE, n) for n, c in enumerate(line, 1)}


# --- everything that can be published, small enough for many ties ----------------------------

points = st.sampled_from([0, 50, 55, 60, 100])


@st.composite
def selections(draw):
    weights = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    sheet = st.tuples(*[points] * len(weights))
    candidates = [
        Candidate(
            key,
            f"P{draw(st.integers(0, 9))}{key}",
            NOW + draw(st.integers(0, 2)) * MINUTE,
            tuple(draw(st.lists(sheet, min_size=1, max_size=5))),
            draw(st.sampled_from(["27230", "27140", "47110"])),
            draw(st.booleans()),
            draw(st.sampled_from([None, dt.date(2020, 1, 1), dt.date(2024, 5, 1)])),
        )
        for key in range(1, draw(st.integers(1, 9)) + 1)
    ]
    rules = draw(st.lists(st.sampled_from(TieRule.values), unique=True, max_size=4))
    scoring = Scoring(
        weights,
        draw(st.booleans()),
        draw(st.sampled_from([None, Decimal("55"), Decimal("60.00")])),
        tuple(rules),
    )
    places = Places(
        draw(st.integers(1, 6)),
        draw(st.integers(0, 3)),
        draw(st.dictionaries(st.sampled_from(["27230", "27140"]), st.integers(1, 3), max_size=2)),
        draw(st.sampled_from([None, 0, 20, 50, 100])),
    )
    return draw(st.permutations(candidates)), scoring, places


@settings(max_examples=300, deadline=None)
@given(selections())
def test_ranking_when_worked_out_naively_then_the_same(selection):
    candidates, scoring, places = selection
    found = ranking.rank(candidates, scoring, places)
    ordered = naive_order(candidates, scoring)
    assert [row.candidate for row in found] == ordered
    assert [row.rank for row in found] == list(range(1, len(ordered) + 1))
    assert [row.score for row in found] == [naive_score(c, scoring) for c in ordered]
    passing = {
        c.key
        for c in ordered
        if scoring.threshold is None or naive_score(c, scoring) >= Fraction(scoring.threshold)
    }
    expected = naive_results(ordered, passing, places)
    assert {r.candidate.key: (r.verdict, r.number) for r in found} == expected


@settings(max_examples=100, deadline=None)
@given(selections())
def test_ranking_when_it_gives_places_then_within_every_limit(selection):
    candidates, scoring, places = selection
    found = ranking.rank(candidates, scoring, places)
    chosen = [r for r in found if r.verdict == Verdict.SELECTED]
    line = [r for r in found if r.verdict == Verdict.RESERVE]
    assert len(chosen) <= places.quota
    assert len(line) <= places.reserve
    if places.repeat_most is not None:
        held = [r for r in [*chosen, *line] if r.candidate.supported_before]
        assert len(held) <= places.repeat_most
    for row in found:
        low = scoring.threshold is not None and row.score < Fraction(scoring.threshold)
        assert (row.ground == Ground.BELOW_THRESHOLD) == low


# --- examples a person can check by hand ------------------------------------------------------


def test_score_when_weighted_then_the_weighted_mean():
    found = ranking.score(one(1, [80, 60], [90, 70]), Scoring((70, 30)))
    assert found.worths == (Fraction(74), Fraction(84))
    assert found.score == 79


@pytest.mark.parametrize(
    ("sheets", "score", "dropped"),
    [([90, 10], 50, ()), ([90, 10, 60], 60, (1, 0)), ([80, 80, 80, 20], 80, (3, 2))],
)
def test_score_when_extremes_are_left_out_then_from_three_sheets_on(sheets, score, dropped):
    found = ranking.score(one(1, *([p] for p in sheets)), Scoring((1,), drops_extremes=True))
    assert found.score == score
    assert found.dropped == dropped


def test_score_when_there_is_no_sheet_then_refused():
    with pytest.raises(ValueError, match="no sheet"):
        ranking.score(one(1), Scoring((1,)))


def test_order_when_equal_to_the_fourth_decimal_then_still_told_apart():
    close = one(1, [66], [67], [67]), one(2, [67], [67], [67])
    scoring = Scoring((3,))
    assert [r.candidate.key for r in ranking.order(close, scoring)] == [2, 1]
    almost = Scoring((99, 1, 100, 100, 100, 100))
    low, high = one(1, [60, 60, 60, 60, 60, 60]), one(2, [60, 61, 60, 60, 60, 60])
    assert ranking.order([low, high], almost)[0].candidate.key == 2


@pytest.mark.parametrize(
    ("threshold", "ground"), [("59.99", "place"), ("60", "place"), ("60.01", "below_threshold")]
)
def test_threshold_when_just_below_at_and_above_then_at_is_enough(threshold, ground):
    (row,) = ranking.rank([one(1, [60])], Scoring((1,), threshold=Decimal(threshold)), Places(1))
    assert row.ground == ground


def test_places_of_districts_when_others_are_better_then_kept_for_their_own():
    a, b, c = one(1, [90], district="A"), one(2, [80], district="A"), one(3, [70], district="B")
    found = ranking.rank([a, b, c], Scoring((1,)), Places(2, 1, {"B": 1}))
    assert [(r.verdict, r.ground) for r in found] == [
        ("selected", "place"),
        ("reserve", "in_line"),
        ("selected", "district_place"),
    ]
    alone = ranking.rank([a, b], Scoring((1,)), Places(2, 0, {"B": 1}))
    assert [r.verdict for r in alone] == ["selected", "not_selected"]


def test_repeat_share_when_used_up_then_the_next_new_one_gets_the_place():
    old, old_too, new = (
        one(1, [90], supported_before=True),
        one(2, [80], supported_before=True),
        one(3, [70]),
    )
    found = ranking.rank([old, old_too, new], Scoring((1,)), Places(2, 5, repeat_percent=50))
    assert [r.ground for r in found] == ["place", "repeat_share", "place"]


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (Fraction(200, 3), "66.6667"),
        (Fraction(100), "100.0000"),
        (Fraction(1, 20000), "0.0001"),
        (Fraction(1, 20001), "0.0000"),
    ],
)
def test_printed_when_rounded_then_four_decimals_half_up(score, text):
    assert str(ranking.printed(score)) == text


def test_ranking_of_five_thousand_with_five_sheets_takes_less_than_two_seconds():
    candidates = [
        one(k, *[[(k * 7 + n * 13 + c * 29) % 101 for c in range(4)] for n in range(5)])
        for k in range(5000)
    ]
    scoring = Scoring((40, 30, 20, 10), True, Decimal("40"), ("criterion", "new", "younger"))
    began = time.process_time()
    found = ranking.rank(candidates, scoring, Places(500, 100, {"": 100}, 20))
    assert time.process_time() - began < 2
    assert len(found) == 5000
