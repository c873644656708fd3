"""Disclosure control: what a report hides before it leaves the house.

A count of businesses, people or uses under five is hidden, and so is everything it could be
worked out from (domain.md §2): other cells of its column, so that the total gives nothing
away; sums of figures that hold in every row; ratios and hours of few; cells that an earlier
version or a part of the period (the months of a quarter) hides.

The rule that results, tried in ``tests/reports/test_disclosure.py`` by an attacker with linear
programming over all tables, months and versions handed out together: **no hidden small count
can be narrowed to fewer than four values**. Who attacks is taken to know that a cell hidden
for the first time is not nought (noughts are shown), and which cells did not change from one
version to the next, and that some counts are never more than others.

Pure: contents in, content out.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from center.reports.content import Content, number
from center.reports.disclosure_amounts import following
from center.reports.disclosure_bounds import Sum, bounds, sums_of
from center.reports.disclosure_covering import THRESHOLD, covered, is_small
from center.reports.disclosure_links import (
    Column,
    Identity,
    Seen,
    Spot,
    columns_of,
    hidden_in,
    hidden_in_part,
    identities,
    orders,
    places,
    twins,
)
from center.reports.disclosure_together import Said, Together

#: so many values at least a hidden small count may have for all that is handed out
_VALUES = THRESHOLD - 1


def protect(
    content: Content,
    *,
    parts: Sequence[Content] = (),
    earlier: Sequence[Content] = (),
    before: Sequence[Content] = (),
    beside: Sequence[Said] = (),
) -> Content:
    """The content as it may be handed out.

    ``parts``: what was handed out of periods this one consists of, all their versions.
    ``earlier``: the versions of this period handed out already. ``before``: what was handed
    out of earlier months of the year, whose results the year to date would give away.
    ``beside``: what was handed out of periods that have days in common with this one, with all
    their numbers: the content is safe read together with them too, as far as hiding more of it helps;
    where nothing more could be hidden that is logged.
    """
    hidden = _Work(content, parts, earlier, beside).run()
    known_before = [hidden_in(each) for each in (*before, *parts)]
    return covered(content, hidden, set().union(*known_before))


def is_safe(cells: Sequence[tuple[Decimal, Decimal]]) -> bool:
    """Whether cells hidden together, whose sum is known, keep each small one of them open to
    four values: the sum is to leave room when every one is at its least. Each cell is its
    number and the least it can be for all that is shown."""
    filled = [(amount, least) for amount, least in cells if amount > 0]
    if not any(amount < THRESHOLD for amount, _least in filled):
        return True
    room = sum(amount - least for amount, least in filled)
    return len(filled) >= 2 and room >= _VALUES - 1


class _Work:
    """One content on its way; ``hidden`` only grows, so the work ends."""

    def __init__(
        self,
        content: Content,
        parts: Sequence[Content],
        earlier: Sequence[Content],
        beside: Sequence[Said],
    ) -> None:
        self.columns = columns_of(content)
        self.counted = {c.figure["key"] for c in self.columns if c.figure["counts"]}
        self.places = places(self.columns)
        self.identities = identities(self.columns)
        self.amounts = {
            Spot(key, cut, row): amount
            for (cut, row), here in self.places.items()
            for key, amount in here.items()
            if key in self.counted
        }
        self.twins = twins(self.places)
        self.sums = sums_of(self.columns, self.identities, self.amounts)
        self.sums += [Sum(one, (other,)) for one, other in self.twins]
        self.orders = orders(self.places)
        self.in_parts = set().union(*(hidden_in_part(each) for each in parts))
        self.in_earlier = [hidden_in(each) for each in earlier]
        self.hidden = set().union(self.in_parts, *self.in_earlier, self._small(content))
        self.together = Together(content, self.sums, beside)

    def _small(self, content: Content) -> set[Spot]:
        """What is hidden for its own sake."""
        cells = [seen for c in self.columns if c.figure["counts"] for seen in c.all]
        counts = {figure["key"] for figure in content["figures"] if figure["counts"]}
        results = [
            Seen(Spot(target["key"]), target["result"])
            for target in content["targets"]
            if target["key"] in counts
        ]
        return {seen.spot for seen in [*cells, *results] if is_small(seen.cell)}

    def run(self) -> set[Spot]:
        found = self._alone()
        while told := self.together.gives_away(found):
            for shown in told:
                if not self.hidden & set(shown):
                    self.hidden.add(min(shown, key=self._loss))
            found = self._alone()
        return found

    def _alone(self) -> set[Spot]:
        """What is hidden for what the content says by itself."""
        self._guard()
        while narrowed := self._narrowed():
            self.hidden.add(min(narrowed, key=self._loss))
            self._guard()
        return following(self.columns, self.places, self.twins, self.hidden)

    def _guard(self) -> None:
        before = -1
        while before != len(self.hidden):
            before = len(self.hidden)
            for column in self.columns:
                if column.figure["counts"]:
                    self._guard_total(column)
                    self._guard_column(column)
            for identity in self.identities:
                self._guard_identity(identity)
            for one, other in self.twins:
                if one in self.hidden or other in self.hidden:
                    self.hidden |= {one, other}

    def _narrowed(self) -> set[Spot]:
        """What is still shown around the hidden small counts that all sums together leave too
        few values."""
        small = {spot for spot in self.hidden if 0 < self.amounts.get(spot, 0) < THRESHOLD}
        found = bounds(self.sums, self.amounts, self.hidden, self.orders)
        tight = [
            spot
            for spot, (low, high) in sorted(found.items())
            if spot in small and high - low < _VALUES - 1
        ]
        return {each for spot in tight for each in self._shown_around(spot)}

    def _shown_around(self, spot: Spot) -> list[Spot]:
        """The numbers still shown in the sums a number stands in, or in theirs."""
        near = {other for each in self.sums if spot in each.spots for other in each.spots}
        for reach in (near, {o for s in self.sums if near & set(s.spots) for o in s.spots}):
            shown = [each for each in sorted(reach) if self._can_hide(each)]
            if shown:
                return shown
        return []

    def _can_hide(self, spot: Spot) -> bool:
        return spot not in self.hidden and bool(self.amounts.get(spot))

    def _loss(self, spot: Spot) -> tuple[bool, bool, Decimal]:
        """Rows are hidden before totals, figures whose total is hidden before others, and the
        smallest first; one at a time, for the next may not be needed then."""
        amount = self.places[spot.cut, spot.row][spot.figure]
        return spot.is_total, Spot(spot.figure) not in self.hidden, amount

    def _guard_total(self, column: Column) -> None:
        """A small total takes its whole figure along: every table would give it away. One that
        is hidden for another's sake, or since an earlier version, needs a row hidden in each
        table; which of them is best is what ``_widen`` knows."""
        total = Spot(column.figure["key"])
        if total not in self.hidden:
            return
        if 0 < self.amounts.get(total, Decimal(0)) < THRESHOLD:
            self._withhold(total.figure)
        elif not any(seen.spot in self.hidden for seen in column.rows):
            self._widen(column, [])

    def _withhold(self, figure: str) -> None:
        self.hidden |= {
            seen.spot
            for column in self.columns
            if column.figure["key"] == figure
            for seen in column.all
            if number(seen.cell)
        }

    def _guard_column(self, column: Column) -> None:
        """Cells whose sum somebody knows hide each other: those hidden by this edition, and
        those hidden before, each for themselves."""
        if Spot(column.figure["key"]) in self.hidden:
            return
        groups: dict[tuple[bool, ...], list[Seen]] = {}
        for seen in column.rows:
            if seen.spot in self.hidden and number(seen.cell):
                groups.setdefault(self._history(seen.spot), []).append(seen)
        for history, group in groups.items():
            if is_safe([self._bounded(seen.spot) for seen in group]):
                continue
            if any(history) or not self._widen(column, group):
                self._withhold(column.figure["key"])

    def _history(self, spot: Spot) -> tuple[bool, ...]:
        return (spot in self.in_parts, *(spot in each for each in self.in_earlier))

    def _widen(self, column: Column, group: list[Seen]) -> bool:
        """Hide the smallest other cells until the group is safe; False if there are too few.

        What figures beside give away of the new ones is not minded yet: they are hidden there
        in their turn, and what is not safe then is widened again.
        """
        shown = [s for s in column.rows if s.spot not in self.hidden and number(s.cell)]
        shown.sort(key=lambda seen: (-self._hidden_beside(seen.spot), number(seen.cell)))
        chosen = [self._bounded(seen.spot) for seen in group]
        for seen in shown:
            self.hidden.add(seen.spot)
            chosen.append((number(seen.cell) or Decimal(0), Decimal(1)))
            if is_safe(chosen):
                return True
        return False

    def _bounded(self, spot: Spot) -> tuple[Decimal, Decimal]:
        """The number at a spot and the least it can be: one, or what its parts come to when
        each hidden one is one."""
        here = self.places[spot.cut, spot.row]
        sums = [i for i in self.identities if (i.cut, i.whole) == (spot.cut, spot.figure)]
        least = [Decimal(1), *(self._least(i.parts, spot, here) for i in sums)]
        return here.get(spot.figure, Decimal(0)), max(least)

    def _least(self, parts: Sequence[str], spot: Spot, here: dict[str, Decimal]) -> Decimal:
        known = [(spot._replace(figure=key), here.get(key, Decimal(0))) for key in parts]
        return sum(
            (Decimal(bool(n)) if part in self.hidden else n for part, n in known), Decimal(0)
        )

    def _hidden_beside(self, spot: Spot) -> bool:
        """Whether another count of the row is hidden: better one row bare than two."""
        here = self.places[spot.cut, spot.row]
        return any(
            Spot(key, spot.cut, spot.row) in self.hidden
            for key in here
            if key in self.counted and key != spot.figure
        )

    def _guard_identity(self, identity: Identity) -> None:
        for (cut, row), amounts in self.places.items():
            if cut == identity.cut:
                self._guard_sum(identity, cut, row, amounts)

    def _guard_sum(
        self, identity: Identity, cut: str, row: str, amounts: dict[str, Decimal]
    ) -> None:
        """In one row: no hidden figure is what is left of the others."""
        whole = Spot(identity.whole, cut, row)
        parts = [Spot(key, cut, row) for key in identity.parts]
        hidden = [spot for spot in parts if spot in self.hidden]
        shown = [s for s in parts if s not in self.hidden and amounts.get(s.figure)]
        if whole in self.hidden and not hidden and shown:
            self.hidden.add(min(shown, key=lambda spot: amounts[spot.figure]))
            return
        if whole in self.hidden or is_safe([self._bounded(spot) for spot in hidden]):
            return
        if shown:
            self.hidden.add(min(shown, key=lambda spot: amounts[spot.figure]))
        else:
            self.hidden.add(whole)
