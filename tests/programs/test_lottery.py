"""The draw as a procedure: reproducible, and fair over many seeds."""

import hashlib
from collections import Counter

from scipy.stats import chisquare

from programs import lottery

RECEIPTS = [f"P{n:04}-ABCD" for n in range(12)]


def test_drawn_when_by_the_published_procedure_then_the_same():
    seed, beacon = "5eed" * 16, "제1201회 3 9 11 24 30 44"
    listed = hashlib.sha256("\n".join(sorted(RECEIPTS)).encode()).hexdigest()
    tickets = {
        r: hashlib.sha256("\n".join([seed, listed, beacon, r]).encode()).hexdigest()
        for r in RECEIPTS
    }
    assert lottery.drawn(seed, reversed(RECEIPTS), beacon) == sorted(RECEIPTS, key=tickets.get)


def test_drawn_when_the_list_the_seed_or_the_number_changes_then_another_order():
    order = lottery.drawn("a", RECEIPTS)
    assert lottery.drawn("b", RECEIPTS) != order
    assert lottery.drawn("a", RECEIPTS, "1") != order
    fewer = [r for r in lottery.drawn("a", [*RECEIPTS, "PZZZZ-ZZZZ"]) if r in RECEIPTS]
    assert fewer != order


def test_seed_when_made_then_64_digits_and_never_the_same():
    seeds = {lottery.new_seed() for _ in range(50)}
    assert len(seeds) == 50
    assert all(len(seed) == 64 and int(seed, 16) >= 0 for seed in seeds)


def test_drawn_over_many_seeds_then_every_place_is_as_likely():
    """Seeds 0 … 5,999, so the figures are always the same: each receipt in each place about
    500 times; and first and second place together, of 132 pairs each about 45 times."""
    places = {receipt: Counter() for receipt in RECEIPTS}
    pairs = Counter()
    for seed in range(6000):
        order = lottery.drawn(f"{seed}", RECEIPTS)
        pairs[tuple(order[:2])] += 1
        for place, receipt in enumerate(order):
            places[receipt][place] += 1
    values = [chisquare([places[r][n] for n in range(12)]).pvalue for r in RECEIPTS]
    assert min(values) > 0.001
    assert len(pairs) == 132
    assert chisquare(list(pairs.values())).pvalue > 0.001
