"""Figures counted for a page: kept a short while, and hidden where the reader has to do with
aggregates only.

Whoever lacks the right to all numbers reads what may leave the house. Where a choice of the
reader narrows the figures – a filter, days of one's own – many such choices could be compared
with one another; so there counts are rounded to fives besides, and a choice that leaves fewer
than five businesses shows nothing.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from django.core.cache import cache

from center import clock
from center.figures import WHOLE, Table, Wish
from center.periods import Period, PeriodKind
from center.reports import disclosure, publishing
from center.reports.assemble import compile_tables
from center.reports.content import HIDDEN, Cell, Content, figures_of, number
from center.reports.counting import Counting

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
        known = _counted(wish, tables) if full else _shown(wish, read(wish, tables, full=True))
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
