"""Several contents read together: what was handed out already, and what is about to be.

A number hidden in a month is hidden in the quarter too, but the quarter says more: it is the
sum of its months, no business that came in a month is missing in it, and what did not change
stands in the next version again. ``tests/reports/attack_together.py`` reads as much.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import chain

import structlog

from center.reports.content import Content, Figure, figures_of
from center.reports.disclosure_amounts import PART, counts_behind, is_of_few
from center.reports.disclosure_bounds import Sum
from center.reports.disclosure_covering import THRESHOLD
from center.reports.disclosure_links import (
    ANEW,
    Spot,
    columns_of,
    hidden_in,
    meant_sums,
    orders,
    places,
)
from center.reports.disclosure_solving import Place, Relation, Room, cramped

log = structlog.get_logger(__name__)

#: periods made of others, the longest parts first
_MADE_OF = {
    "year": ("half", "quarter", "month"),
    "half": ("quarter", "month"),
    "quarter": ("month",),
}
#: a number is taken to be at most so many times what it is, and so much more
_TIMES, _MORE = 2, 100
Weighed = tuple[Place, Decimal]


class Said:
    """A content with all its numbers, and which of them a reader does not see."""

    def __init__(self, full: Content, public: Content | None = None) -> None:
        self.full = full
        self.public = public or full
        self.period = full["period"]
        self.key, self.kind = self.period["key"], self.period["kind"]
        self.columns = columns_of(full)
        self.figures = figures_of(full)
        self.places = places(self.columns)
        self.counted = {key for key, figure in self.figures.items() if figure["counts"]}

    @cached_property
    def hidden(self) -> set[Spot]:
        return hidden_in(self.public)

    @cached_property
    def amounts(self) -> dict[Spot, Decimal]:
        """Counts and sums; no ratios, which go with their parts."""
        return {
            Spot(key, cut, row): amount
            for (cut, row), here in self.places.items()
            for key, amount in here.items()
            if _is_told_of(self.figures[key])
        }

    @property
    def as_of(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.full["as_of"])

    def is_in(self, other: Said) -> bool:
        return (
            other.period["starts"] <= self.period["starts"]
            and self.period["ends"] <= other.period["ends"]
        )


def _is_told_of(figure: Figure) -> bool:
    return figure["counts"] or (figure["additive"] and not figure.get("parts"))


def _is_anew(rows: Sequence[Spot]) -> bool:
    """Who came back in a month may be new in the quarter."""
    return bool(rows) and rows[0].cut == "month" and rows[0].figure in ANEW


class Together:
    """One content (the first) on its way, and all that it is read beside."""

    def __init__(self, content: Content, sums: Iterable[Sum], beside: Iterable[Said]) -> None:
        """``sums``: those among counts of the content that are seen in its numbers."""
        self.said = [Said(content), *beside]
        self.hidden = [set[Spot](), *(each.hidden for each in self.said[1:])]
        seen = (self._summed(self._at(0, [e.whole]), self._at(0, e.parts)) for e in sums)
        relations = [
            *chain.from_iterable(seen),
            *self._within(),
            *self._versions(),
            *self._between(),
        ]
        self.open = [each for each in relations if any(p.content == 0 for p in each.weights)]
        settled = (each for each in relations if all(p.content for p in each.weights))
        self.settled = [each for each in map(self._left_of, settled) if each.weights]

    def gives_away(self, hidden: Collection[Spot]) -> list[list[Spot]]:
        """For each number that keeps too little room, what tells of it and is still shown by the
        first content; which of that is best hidden is for the caller to know."""
        self.hidden[0] = set(hidden)
        left = [(self._left_of(each), each) for each in self.open]
        told = {id(rest): whole for rest, whole in left}
        known = [*(rest for rest, _whole in left if rest.weights), *self.settled]
        found = cramped(known, self._ranges(), self._wanted())
        shown = (
            self._shown(told[id(each)] for each in held if id(each) in told)
            for held in found.values()
        )
        spots = list(shown)
        if not all(spots):  # what others have told already cannot be taken back
            left_open = [place for place, each in zip(found, spots, strict=True) if not each]
            log.warning("disclosure_left_open", places=[str(place) for place in left_open])
        return [each for each in spots if each]

    def _shown(self, relations: Iterable[Relation]) -> list[Spot]:
        found = {
            place.spot: None
            for each in relations
            for place in each.weights
            if place.content == 0
            and place.spot not in self.hidden[0]
            and self.said[0].amounts[place.spot]
        }
        return sorted(found)

    def _ranges(self) -> dict[Place, tuple[float, float]]:
        """Noughts are shown, so that a hidden count is at least one."""
        found = {}
        for n, each in enumerate(self.said):
            for spot in self.hidden[n] & each.amounts.keys():
                amount = each.amounts[spot]
                least = min(Decimal(1), amount) if spot.figure in each.counted else Decimal(0)
                found[Place(n, spot)] = float(least), float(amount * _TIMES + _MORE)
        return found

    def _wanted(self) -> dict[Place, Room]:
        found = {}
        for n, each in enumerate(self.said):
            for spot in self.hidden[n] & each.amounts.keys():
                amount = each.amounts[spot]
                if spot.figure in each.counted:
                    if 0 < amount < THRESHOLD:
                        found[Place(n, spot)] = Room(THRESHOLD - 2)
                elif amount and self._is_of_few(each, spot):
                    found[Place(n, spot)] = Room(float(amount) / PART, is_whole=False)
        return found

    @staticmethod
    def _is_of_few(said: Said, spot: Spot) -> bool:
        behind = counts_behind(said.figures[spot.figure], spot, said.places, said.counted)
        return is_of_few(behind, said.places)

    def _left_of(self, relation: Relation) -> Relation:
        """What remains of a relation once all that is shown is put in."""
        weights, known = {}, 0.0
        for place, weight in relation.weights.items():
            if place.spot in self.hidden[place.content]:
                weights[place] = weight
            else:
                known += weight * float(self.said[place.content].amounts[place.spot])
        return Relation(weights, relation.low - known, relation.high - known)

    # What is known --------------------------------------------------------------------------

    def _within(self) -> Iterator[Relation]:
        for n, each in enumerate(self.said):
            for column in each.columns:
                rows = [seen.spot for seen in column.rows]
                if column.total is not None and not _is_anew(rows):
                    total = self._at(n, [column.total.spot])
                    yield from self._sum(total, self._at(n, rows), sums=column.sums)
                for whole, parts in column.nested:
                    yield from self._sum(self._at(n, [whole]), self._at(n, parts))
            for meant in meant_sums(each.places):
                yield from self._summed(self._at(n, meant[:1]), self._at(n, meant[1:]))
            for less, more in orders(each.places):
                yield from self._at_most(self._at(n, [less]), self._at(n, [more]))

    def _versions(self) -> Iterator[Relation]:
        """What did not change from one version to another; a reader is taken to know that."""
        for n, each in enumerate(self.said):
            for m, other in enumerate(self.said[:n]):
                if each.key == other.key:
                    for spot in each.amounts.keys() & other.amounts.keys():
                        yield from self._same(Place(n, spot), Place(m, spot))

    def _between(self) -> Iterator[Relation]:
        for n, whole in enumerate(self.said):
            for kind in _MADE_OF.get(whole.kind, ()):
                for parts in self._tilings(whole, kind):
                    yield from self._made_of(n, parts)
            for m, month in enumerate(self.said):
                if month.kind == "month":
                    for spot in whole.amounts:
                        if (spot.cut, spot.row) == ("month", month.key):
                            for there in self._at(m, [Spot(spot.figure)]):
                                yield from self._same(Place(n, spot), there)

    def _tilings(self, whole: Said, kind: str) -> Iterator[list[int]]:
        """The parts of a kind as they stood when the whole was counted: the versions frozen by
        then, and those frozen after it, whose corrections it may contain."""
        parts: dict[str, list[int]] = {}
        for m, each in enumerate(self.said):
            if each.kind == kind and each.is_in(whole):
                parts.setdefault(each.key, []).append(m)
        before, after = [], []
        for versions in parts.values():
            versions.sort(key=lambda m: self.said[m].as_of)
            early = [m for m in versions if self.said[m].as_of <= whole.as_of]
            late = [m for m in versions if self.said[m].as_of > whole.as_of]
            before.append((early or late[:1])[-1])
            after.append((late or early[-1:])[0])
        yield before
        if after != before:
            yield after

    def _made_of(self, n: int, parts: Sequence[int]) -> Iterator[Relation]:
        for spot in self.said[n].amounts:
            if spot.cut == "month" or spot.figure in ANEW:
                continue
            of_parts = [place for m in parts for place in self._at(m, [spot])]
            yield from self._sum(self._at(n, [spot]), of_parts)

    def _at(self, n: int, spots: Iterable[Spot]) -> list[Place]:
        return [Place(n, spot) for spot in spots if spot in self.said[n].amounts]

    def _amount(self, at: Iterable[Place]) -> Decimal:
        return sum((self.said[n].amounts[spot] for n, spot in at), Decimal(0))

    def _same(self, one: Place, other: Place) -> Iterator[Relation]:
        if self._amount([one]) == self._amount([other]):
            yield Relation({one: 1, other: -1}, 0, 0)

    def _sum(
        self, wholes: Sequence[Place], parts: Sequence[Place], *, sums: bool = False
    ) -> Iterator[Relation]:
        """What a whole says of its parts, as far as it is true: what is not true is no
        knowledge. Businesses that are counted once each add up where ``sums``."""
        if not wholes or not parts:
            return
        figure = self.said[wholes[0].content].figures[wholes[0].spot.figure]
        apart = abs(self._amount(wholes) - self._amount(parts))
        slack = Decimal(len(parts) + 1) / 2 / 10 ** figure["decimals"]
        if (sums or figure["additive"]) and not apart:
            yield self._relation(wholes, parts, 0, 0)
        elif not figure["counts"] and apart <= slack:
            yield self._relation(wholes, parts, -float(slack), float(slack))
        elif figure["counts"] and not figure["additive"]:
            yield from self._at_most(wholes, parts)
            for part in parts:
                yield from self._at_most([part], wholes)

    def _summed(self, wholes: Sequence[Place], parts: Sequence[Place]) -> Iterator[Relation]:
        if wholes and self._amount(wholes) == self._amount(parts):
            yield self._relation(wholes, parts, 0, 0)

    def _at_most(self, less: Sequence[Place], more: Sequence[Place]) -> Iterator[Relation]:
        if less and more and self._amount(less) <= self._amount(more):
            yield self._relation(less, more, -math.inf, 0)

    @staticmethod
    def _relation(
        left: Sequence[Place], right: Sequence[Place], low: float, high: float
    ) -> Relation:
        weights: dict[Place, float] = {}
        for side, sign in ((left, 1), (right, -1)):
            for place in side:
                weights[place] = weights.get(place, 0) + sign
        return Relation(weights, low, high)
