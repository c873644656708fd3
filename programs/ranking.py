"""From locked sheets to places: the published rules as pure arithmetic, no ORM, no clock.

1. **A sheet** is worth the weighted mean of its points: sum of weight x points over the sum of
   the weights, from 0 to 100.
2. **An application** is worth the mean of its sheets. Where highest and lowest are left out,
   one of each is, from three sheets on; with one or two sheets all of them count. Of equal
   sheets the one with the higher points in the earlier criteria is the higher.
3. **Order**: by score, then by the tie rules in the order in which the call states them, then
   by the moment of handing in, last by receipt number. Nothing is rounded before comparing:
   scores are exact fractions, and only printed with four decimals (half up).
4. **Threshold**: whoever is below it gets no place and stands on no list. On it is enough.
5. **Places**: the best come first. Whoever is of a district with places of its own takes one
   of those as long as there are any, and else, like everybody, one of those that belong to no
   district. Places of a district are for its own applicants alone, also when they stay free.
6. **Repeat share**: at most so many of the places, rounded down, go to businesses supported
   before; the better ones take them. The share counts the reserve list in, so that no
   promotion from it can break it.
7. **Reserve list**: the next ones in order, as far as it goes.

A lottery has its drawn order in place of 2 to 4 and the same 5 to 7. Of a call that supports
each business once a year it passes over whoever got a place in another since the list was
published: nobody is taken off that list, so the rule stands beside it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from operator import mul
from typing import Any

from programs.models import Ground, TieRule, Verdict

#: from so many sheets on the highest and the lowest are left out
LEAST_TO_DROP = 3


@dataclass(frozen=True)
class Places:
    """How many places there are and whom they belong to."""

    quota: int
    reserve: int = 0
    #: places of districts by their code
    districts: Mapping[str, int] = field(default_factory=dict)
    #: at most this share of the places for those supported before; None: no limit
    repeat_percent: int | None = None

    @property
    def repeat_most(self) -> int | None:
        return None if self.repeat_percent is None else self.quota * self.repeat_percent // 100


@dataclass(frozen=True)
class Scoring:
    """How sheets become an order. ``weights`` in the order of the criteria."""

    weights: tuple[int, ...]
    drops_extremes: bool = False
    threshold: Decimal | None = None
    tie_rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """One application: its sheets (points in the order of the criteria) and what ties ask.

    A business without a day of founding is not founded yet, and so younger than any other.
    """

    key: int
    receipt: str
    submitted_at: dt.datetime
    sheets: tuple[tuple[int, ...], ...] = ()
    district: str = ""
    supported_before: bool = False
    founded_on: dt.date | None = None
    #: drawn, but a place of this year was taken in another such program
    supported_elsewhere: bool = False


@dataclass(frozen=True)
class Scored:
    """A candidate with its arithmetic: the worth of each sheet, those left out by their place
    in ``candidate.sheets``, and the exact score."""

    candidate: Candidate
    worths: tuple[Fraction, ...]
    dropped: tuple[int, ...]
    score: Fraction
    first_criterion: Fraction
    passes: bool


@dataclass(frozen=True)
class Outcome:
    """What a candidate gets, and why. ``number`` is its place or its place in line."""

    candidate: Candidate
    rank: int
    verdict: Verdict
    ground: Ground
    number: int | None = None
    score: Fraction | None = None


def printed(score: Fraction) -> Decimal:
    """With four decimals, half up: for pages and rows, never for comparing."""
    whole, rest = divmod(score.numerator * 10000, score.denominator)
    return Decimal(whole + (rest * 2 >= score.denominator)).scaleb(-4)


def score(candidate: Candidate, scoring: Scoring) -> Scored:
    """The arithmetic of one application. Raises ValueError without a sheet."""
    if not candidate.sheets:
        raise ValueError(f"{candidate.receipt} has no sheet")
    weights, total = scoring.weights, sum(scoring.weights)
    sums = [sum(map(mul, weights, points)) for points in candidate.sheets]
    dropped = _extremes(candidate.sheets, sums) if scoring.drops_extremes else ()
    counted = [n for n in range(len(sums)) if n not in dropped]
    reached = Fraction(sum(sums[n] for n in counted), total * len(counted))
    first = Fraction(sum(candidate.sheets[n][0] for n in counted), len(counted))
    passes = scoring.threshold is None or reached >= Fraction(scoring.threshold)
    worths = tuple(Fraction(value, total) for value in sums)
    return Scored(candidate, worths, dropped, reached, first, passes)


def _extremes(sheets: Sequence[tuple[int, ...]], sums: Sequence[int]) -> tuple[int, ...]:
    """The places of the highest and the lowest sheet; none with fewer than three."""
    if len(sheets) < LEAST_TO_DROP:
        return ()
    order = sorted(range(len(sheets)), key=lambda n: (sums[n], sheets[n], n))
    return (order[0], order[-1])


def order(candidates: Iterable[Candidate], scoring: Scoring) -> list[Scored]:
    """All of them, the best first."""
    scored = [score(candidate, scoring) for candidate in candidates]
    scored.sort(key=lambda row: _standing(row, scoring.tie_rules))
    return scored


def _standing(row: Scored, tie_rules: Sequence[str]) -> tuple[Any, ...]:
    """What is compared, smallest first."""
    ties = [_TIES[rule](row) for rule in tie_rules]
    return (-row.score, *ties, row.candidate.submitted_at, row.candidate.receipt)


def _age(row: Scored) -> int:
    day = row.candidate.founded_on
    return -(day or dt.date.max).toordinal()


_TIES: dict[str, Callable[[Scored], Any]] = {
    TieRule.FIRST_CRITERION: lambda row: -row.first_criterion,
    TieRule.NEVER_SUPPORTED: lambda row: row.candidate.supported_before,
    TieRule.YOUNGER: _age,
    TieRule.EARLIER: lambda row: row.candidate.submitted_at,
}


def rank(candidates: Iterable[Candidate], scoring: Scoring, places: Places) -> list[Outcome]:
    """Sheets to results, the best first."""
    rows = order(candidates, scoring)
    passing = [row.candidate for row in rows if row.passes]
    given = allot(passing, places)
    return [
        Outcome(
            row.candidate,
            number,
            *given.get(row.candidate.key, (Verdict.NOT_SELECTED, Ground.BELOW_THRESHOLD, None)),
            score=row.score,
        )
        for number, row in enumerate(rows, 1)
    ]


def rank_drawn(candidates: Sequence[Candidate], places: Places) -> list[Outcome]:
    """A drawn order to results."""
    given = allot(candidates, places)
    return [Outcome(one, number, *given[one.key]) for number, one in enumerate(candidates, 1)]


Given = tuple[Verdict, Ground, int | None]


def allot(candidates: Sequence[Candidate], places: Places) -> dict[int, Given]:
    """Places and the reserve list to those who may have them, the best first."""
    given: dict[int, Given] = {}
    share, free = _Share(places.repeat_most), _Free(places)
    for one in candidates:
        if one.supported_elsewhere:
            given[one.key] = (Verdict.NOT_SELECTED, Ground.SUPPORTED, None)
            continue
        ground = free.place_for(one) if not share.is_full_for(one) else None
        if ground is not None:
            share.take(one)
            given[one.key] = (Verdict.SELECTED, ground, free.take(one, ground))
    line = 0
    for one in candidates:
        if one.key in given:
            continue
        if share.is_full_for(one):
            given[one.key] = (Verdict.NOT_SELECTED, Ground.REPEAT_SHARE, None)
        elif line < places.reserve:
            share.take(one)
            line += 1
            given[one.key] = (Verdict.RESERVE, Ground.IN_LINE, line)
        else:
            given[one.key] = (Verdict.NOT_SELECTED, Ground.NO_PLACE, None)
    return given


class _Free:
    """What is left of the places."""

    def __init__(self, places: Places) -> None:
        self._quota, self._number = places.quota, 0
        self._own = dict(places.districts)
        self._shared = max(0, places.quota - sum(places.districts.values()))

    def place_for(self, one: Candidate) -> Ground | None:
        if self._number == self._quota:
            return None
        if self._own.get(one.district, 0):
            return Ground.DISTRICT_PLACE
        return Ground.PLACE if self._shared else None

    def take(self, one: Candidate, ground: Ground) -> int:
        """One of them; returns its number."""
        if ground == Ground.DISTRICT_PLACE:
            self._own[one.district] -= 1
        else:
            self._shared -= 1
        self._number += 1
        return self._number


class _Share:
    """What is left for those supported before."""

    def __init__(self, most: int | None) -> None:
        self._left = most

    def is_full_for(self, one: Candidate) -> bool:
        return one.supported_before and self._left == 0

    def take(self, one: Candidate) -> None:
        if one.supported_before and self._left is not None:
            self._left -= 1
