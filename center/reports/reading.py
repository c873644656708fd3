"""Figures counted for a page and kept a short while: all of them for the house, what
``aggregates`` lets through for whoever has to do with aggregates only."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from typing import cast

from django.core.cache import cache

from center import clock, replica
from center.figures import Table, Wish
from center.heavy import heavy_work
from center.periods import Period
from center.reports import aggregates, publishing
from center.reports.assemble import compile_tables
from center.reports.content import Content

#: how long what was counted is shown again: the present is a minute old at most, the past an hour
_FRESH, _PAST = dt.timedelta(minutes=1), dt.timedelta(hours=1)
#: what stands as of the last midnight does not move before the next
_DAY = dt.timedelta(days=1)


def as_of(period: Period) -> dt.datetime:
    """The instant a page states: the whole minute, or hour where the period is over."""
    now = clock.now()
    every = _PAST if period.is_over(now) else _FRESH
    return now - (now - clock.at(clock.day_of(now))) % every


def read(wish: Wish, tables: Sequence[Table], *, full: bool) -> Content:
    """The content of a wish as the reader may see it. Raises TooMuchAtOnceError where it is to
    be counted and others are counting."""
    if not full:
        return _aggregates(aggregates.permitted(wish), tables)
    every = _PAST if wish.period.is_over(wish.as_of) else _FRESH
    return _kept(_key(wish, tables, "all"), lambda: _counted(wish, tables), every)


def _aggregates(wish: Wish, tables: Sequence[Table]) -> Content:
    """Anew only with the day, or when more of the period is frozen."""
    key = _key(wish, tables, f"aggregates:{publishing.count_editions(wish.period)}")
    return _kept(key, lambda: aggregates.shown(wish, tables, _counted), _DAY)


def _kept(key: str, count: Callable[[], Content], every: dt.timedelta) -> Content:
    known: Content | None = cache.get(key)
    if known is None:
        with heavy_work():
            known = count()
        cache.set(key, known, every.total_seconds())
    return known


def _key(wish: Wish, tables: Sequence[Table], what: str) -> str:
    asked = repr((wish.period.key, wish.as_of, sorted(wish.filters.items())))
    columns = repr([(table.key, table.cut, table.columns) for table in tables])
    return f"report-read:{what}:{hashlib.sha256((asked + columns).encode()).hexdigest()}"


def _counted(wish: Wish, tables: Sequence[Table]) -> Content:
    """On the copy for reports; what was handed out already is asked of the database itself."""

    def counted() -> Content:
        with publishing.snapshot():
            return cast("Content", compile_tables(wish, tables))

    return replica.read(counted)
