"""Figures counted for a page: kept a short while, and hidden where the reader has to do with
aggregates only.

Whoever lacks the right to all numbers reads what may leave the house. Where a choice of the
reader narrows the figures – a filter, days of one's own – many such choices could be compared
with one another; so there counts are rounded to fives besides, and a choice that leaves fewer
than five businesses shows nothing.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from django.core.cache import cache

from center import clock, replica
from center.figures import WHOLE, Table, Wish, registry
from center.periods import Period, PeriodKind
from center.reports import disclosure, publishing
from center.reports.assemble import compile_tables
from center.reports.content import HIDDEN, Cell, Content, figures_of, number
from center.reports.counting import Counting
from center.reports.targets import tells_of

#: how long what was counted is shown again: the present is a minute old at most, the past an hour
_FRESH, _PAST = dt.timedelta(minutes=1), dt.timedelta(hours=1)
_STEP = 5
#: what says how many businesses are behind a choice, the first that can be narrowed so
_BUSINESSES = ("bookings.businesses", "programs.businesses")


def as_of(period: Period) -> dt.datetime:
    """The instant a page states: the whole minute, or hour where the period is over."""
    now = clock.now()
    every = _PAST if period.is_over(now) else _FRESH
    return now - (now - clock.at(clock.day_of(now))) % every


def read(wish: Wish, tables: Sequence[Table], *, full: bool) -> Content:
    """The content of a wish as the reader may see it."""
    key = _key(wish, tables, full)
    known: Content | None = cache.get(key)
    if known is None:
        made = _counted if full else _public
        known = replica.read(lambda: made(wish, tables))
        every = _PAST if wish.period.is_over(wish.as_of) else _FRESH
        cache.set(key, known, every.total_seconds())
    return known


def _key(wish: Wish, tables: Sequence[Table], full: bool) -> str:
    asked = repr((wish.period.key, wish.as_of, sorted(wish.filters.items())))
    columns = repr([(table.key, table.cut, table.columns) for table in tables])
    return f"report-read:{int(full)}:{hashlib.sha256((asked + columns).encode()).hexdigest()}"


def _counted(wish: Wish, tables: Sequence[Table]) -> Content:
    with publishing.snapshot():
        return cast("Content", compile_tables(wish, tables))


def _public(wish: Wish, tables: Sequence[Table]) -> Content:
    """What a number tells of decides on whether it is shown, asked for or not: sums and ratios
    are counted beside the counts they are of, which are left out again afterwards."""
    beside = [dataclasses.replace(table, columns=with_counts(table.columns)) for table in tables]
    made = copy.deepcopy(_shown(wish, read(wish, beside, full=True)))
    asked = {table.key: len(table.columns) for table in tables}
    for table in made["tables"]:
        keep = asked[table["key"]]
        table["columns"] = table["columns"][:keep]
        table["sums"] = table["sums"][:keep]
        table["total"] = table["total"] and table["total"][:keep]
        for row in table["rows"]:
            row["cells"] = row["cells"][:keep]
    stated = {key for table in made["tables"] for key in table["columns"]}
    stated |= {target["key"] for target in made["targets"]}
    made["figures"] = [figure for figure in made["figures"] if figure["key"] in stated]
    return made


def with_counts(columns: Sequence[str]) -> tuple[str, ...]:
    """The columns, and after them the figures that these tell of."""
    found = dict.fromkeys(columns)
    waiting = list(columns)
    while waiting:
        for told in tells_of(registry.figure(waiting.pop())):
            if told not in found:
                found[told] = None
                waiting.append(told)
    return tuple(found)


def _shown(wish: Wish, content: Content) -> Content:
    protected = publishing.protect(wish.period, content)
    if not wish.filters and wish.period.kind != PeriodKind.RANGE:
        return protected
    return coarse(protected, bare=_is_of_few(wish))


def _is_of_few(wish: Wish) -> bool:
    """Whether fewer than five businesses, but some, are behind all of it."""
    counting = Counting(wish)
    values = (counting.value(key, WHOLE, WHOLE) for key in _BUSINESSES)
    found = next((value for value in values if value is not None), None)
    return found is None or 0 < found < disclosure.THRESHOLD


def coarse(content: Content, *, bare: bool) -> Content:
    """Counts rounded to fives, and ratios of counts hidden; everything if ``bare``."""
    made, figures = copy.deepcopy(content), figures_of(content)
    counts = {key for key, figure in figures.items() if figure["counts"]}
    ratios = {key for key, f in figures.items() if counts & set(f.get("parts", ()))}
    for table in made["tables"]:
        totals = [table["total"]] if table["total"] is not None else []
        for cells in [*(row["cells"] for row in table["rows"]), *totals]:
            for place, key in enumerate(table["columns"]):
                if bare or key in ratios:
                    cells[place] = HIDDEN if cells[place] is not None else None
                elif key in counts:
                    cells[place] = _to_fives(cells[place])
    return made


def _to_fives(cell: Cell) -> Cell:
    amount = number(cell)
    if amount is None:
        return cell
    return int((amount / _STEP).quantize(Decimal(1), ROUND_HALF_UP)) * _STEP
