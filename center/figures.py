"""What a figure is, and where the apps name theirs.

An app defines its figures, the cuts it knows and its tables in its ``reports`` module and
registers them in ``AppConfig.ready``; ``center.reports`` assembles whatever is registered.
Nothing here knows a domain.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from center.periods import Period

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

#: the cut that is none: everything in one
WHOLE = ""
T = TypeVar("T")
Number = int | Decimal | None
#: by the key of a row, then by the key of a figure; exact, rounded only where it is shown
Counted = Mapping[str, Mapping[str, Number]]
Filters = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Figure:
    """One number of a report, defined once.

    ``counts``: it counts businesses, people or uses, so that small values are protected
    where figures leave the house. ``additive``: what is counted belongs to one row of a cut
    by place, kind or time, so that rows sum to the whole; distinct counts do not, except
    over a cut in which each business has one row (``Cut.of_businesses``). ``parts``: the
    figures a ratio is made of, or the count of those who contributed to a sum that is nothing
    without them; what tells of few goes with its parts.
    """

    key: str
    name: _StrOrPromise
    unit: _StrOrPromise
    formula: _StrOrPromise
    source: _StrOrPromise
    decimals: int = 0
    additive: bool = True
    counts: bool = False
    distinct: bool = False
    parts: tuple[str, ...] = ()

    @property
    def nothing(self) -> Number:
        """What it is where there was nothing: zero, but a ratio or sum of nothing is no number."""
        return None if self.parts else 0


@dataclass(frozen=True)
class Wish:
    """What is asked for: a period as it stood at ``as_of``, and whose part of it."""

    period: Period
    as_of: dt.datetime
    filters: Filters = field(default_factory=dict)
    #: what groups work out for several cuts at once and share among them
    memo: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def until(self) -> dt.datetime:
        """Up to when things are counted: the period's end, or the present while it lasts."""
        return max(min(self.period.bounds[1], self.as_of), self.period.bounds[0])


@dataclass(frozen=True)
class Group:
    """Figures counted together: ``count`` asks a fixed number of statements, whatever there
    is to count. A filter or cut that is not named here does not apply to them."""

    key: str
    figures: tuple[Figure, ...]
    cuts: frozenset[str]
    filters: frozenset[str]
    count: Callable[[Wish, str], Counted]

    def nothing(self) -> dict[str, Number]:
        return {figure.key: figure.nothing for figure in self.figures}


class Row(NamedTuple):
    """A row of a cut. Names are those of things; ``both`` gives words in both languages.
    ``within``: the row of the cut's parent it is a part of, where it has one."""

    key: str
    ko: str
    en: str
    within: str = ""


@dataclass(frozen=True)
class Cut:
    """A way to divide. ``rows`` gives all rows in their order for the keys that were seen,
    idle ones too. ``of_businesses``: each business stands in exactly one row.
    ``overlapping``: a thing may stand in several rows, so nothing sums."""

    key: str
    name: _StrOrPromise
    rows: Callable[[Wish, Collection[str]], Sequence[Row]]
    of_businesses: bool = False
    overlapping: bool = False
    #: the cut whose rows these rows are parts of, as spaces are of their kinds
    parent: str = ""
    #: whether people may filter by it, and the keys they choose among besides fixed rows
    is_filter: bool = True
    choices: Callable[[], Collection[str]] = tuple


@dataclass(frozen=True)
class Table:
    """A table of the standing report: figures of any groups over one cut."""

    key: str
    title: _StrOrPromise
    cut: str
    columns: tuple[str, ...]
    note: _StrOrPromise = ""
    #: the column a chart draws
    drawn: str = ""
    wanted: Callable[[Period], bool] = lambda _period: True
    #: tables stand in this order, those of the same rank as they were registered
    rank: int = 50

    def __post_init__(self) -> None:
        if self.drawn and self.drawn not in self.columns:
            raise ValueError(f"{self.key} draws a column it does not have: {self.drawn}")


class Registry:
    """Everything the apps have named, in the order in which they named it."""

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {}
        self.cuts: dict[str, Cut] = {}
        self.tables: dict[str, Table] = {}
        self._group_of: dict[str, Group] = {}

    def add(
        self,
        *,
        groups: Sequence[Group] = (),
        cuts: Sequence[Cut] = (),
        tables: Sequence[Table] = (),
    ) -> None:
        """Called by an app in ``AppConfig.ready``. Raises ValueError for a key given twice."""
        for group in groups:
            _once(self.groups, group.key, group)
            for figure in group.figures:
                _once(self._group_of, figure.key, group)
        for cut in cuts:
            _once(self.cuts, cut.key, cut)
        for table in tables:
            _once(self.tables, table.key, table)

    def standing(self, period: Period) -> list[Table]:
        """The tables of the standing report of a period, in their order."""
        wanted = [table for table in self.tables.values() if table.wanted(period)]
        return sorted(wanted, key=lambda table: table.rank)

    def figure(self, key: str) -> Figure:
        """Raises KeyError where no app defines it."""
        return next(figure for figure in self._group_of[key].figures if figure.key == key)

    def group_of(self, key: str) -> Group:
        return self._group_of[key]

    def figures(self) -> list[Figure]:
        return [figure for group in self.groups.values() for figure in group.figures]


def _once(known: dict[str, T], key: str, value: T) -> None:
    if key in known:
        raise ValueError(f"Named twice: {key}")
    known[key] = value


registry = Registry()


def share(part: Number, whole: Number) -> Decimal | None:
    """Per cent, exact; None where there is no whole."""
    if not whole or part is None:
        return None
    return Decimal(part) * 100 / Decimal(whole)


def mean(total: Number, count: int) -> Decimal | None:
    return Decimal(total or 0) / count if count else None
