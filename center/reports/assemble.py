"""The content of a report: every figure the apps define, as plain data that can be frozen.

The same period as of the same instant over the same rows gives the same content, byte for
byte once it is written canonically: numbers with decimals are strings of fixed places, names
are in both languages, nothing depends on the reader.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import override

from center import clock
from center.figures import WHOLE, Cut, Figure, Number, Row, Table, Wish, registry
from center.periods import Period
from center.reports.content import SCHEMA
from center.reports.counting import Counting
from center.reports.disclosure_covering import THRESHOLD
from center.reports.targets import Reached, reached


def compile_content(period: Period, *, as_of: dt.datetime) -> dict[str, Any]:
    """All tables and targets of a period, as the data stand at ``as_of``."""
    return compile_tables(Wish(period, as_of), registry.standing(period))


def compile_tables(wish: Wish, tables: Sequence[Table]) -> dict[str, Any]:
    """Some tables, perhaps of a part of the businesses; targets are of all of them and are
    left out there. A table that none of the filters applies to is left out too."""
    counting = Counting(wish)
    so_far = Counting(Wish(wish.period.year_to_date(), wish.as_of))
    shown = [table for table in tables if answers(counting, table)]
    targets = [] if wish.filters else reached(counting, so_far)
    used = [key for table in shown for key in table.columns] + [t.figure.key for t in targets]
    content = {
        "schema": SCHEMA,
        "house": {"ko": settings.CENTER_NAME, "en": settings.CENTER_NAME_EN},
        "period": {
            "kind": str(wish.period.kind),
            "key": wish.period.key,
            "starts": wish.period.starts.isoformat(),
            "ends": wish.period.ends.isoformat(),
        },
        "as_of": clock.local(wish.as_of).isoformat(timespec="seconds"),
        "figures": [_figure(registry.figure(key)) for key in dict.fromkeys(used)],
        "tables": [_table(counting, table) for table in shown],
        "targets": [_target(target) for target in targets],
    }
    return content | ({"filters": _filters(wish)} if wish.filters else {})


def rounded(value: Number, decimals: int) -> int | str | None:
    """As reports state it: half up; whole numbers as such, others with all their places."""
    if value is None:
        return None
    exact = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return int(exact) if decimals == 0 else f"{exact:f}"


def both(words: object) -> dict[str, str]:
    """Words of the catalogue in both languages."""
    with override("ko"):
        korean = str(words)
    with override("en"):
        return {"ko": korean, "en": str(words)}


def answers(counting: Counting, table: Table) -> bool:
    """Whether any figure of the table can be said over its cut, under the filters."""
    groups = [registry.group_of(key) for key in table.columns]
    return any(counting.answers(group, table.cut) for group in groups)


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "key": figure.key,
        "name": both(figure.name),
        "unit": both(figure.unit),
        "decimals": figure.decimals,
        "formula": both(figure.formula),
        "source": both(figure.source),
        "additive": figure.additive,
        "counts": figure.counts,
        "parts": list(figure.parts),
    }


def _table(counting: Counting, table: Table) -> dict[str, Any]:
    cut = registry.cuts[table.cut]
    figures = [registry.figure(key) for key in table.columns]
    rows = counting.rows(table.cut, figures)
    total = None if cut.overlapping else _cells(counting, figures, WHOLE, WHOLE)
    return {
        "key": table.key,
        "title": both(table.title),
        "cut": {"key": cut.key, "name": both(cut.name)}
        | ({"parent": cut.parent} if cut.parent else {}),
        "columns": list(table.columns),
        "rows": [_row(counting, figures, table.cut, row) for row in rows],
        "total": total,
        # whether the rows of a column sum to its total; what is hidden must mind it
        "sums": [sums(cut, figure) for figure in figures],
        "drawn": table.drawn,
        "note": both(table.note) if table.note else None,
    }


def sums(cut: Cut, figure: Figure) -> bool:
    """Whether the rows of the cut add up to the whole; distinct businesses do where each of
    them stands in one row."""
    if cut.overlapping or figure.parts:
        return False
    return figure.additive or (figure.distinct and cut.of_businesses)


def _row(counting: Counting, figures: list[Figure], cut: str, row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": {"ko": row.ko, "en": row.en},
        "cells": _cells(counting, figures, cut, row.key),
    } | ({"within": row.within} if row.within and registry.cuts[cut].parent else {})


def _cells(counting: Counting, figures: list[Figure], cut: str, row: str) -> list[int | str | None]:
    return [rounded(counting.value(f.key, cut, row), f.decimals) for f in figures]


def _target(target: Reached) -> dict[str, Any]:
    figure = target.figure
    return {
        "key": figure.key,
        "name": both(figure.name),
        "unit": both(figure.unit),
        "target": rounded(target.target, figure.decimals),
        "result": rounded(target.result, figure.decimals),
        "to_date": rounded(target.to_date, figure.decimals),
        "rate": rounded(target.rate, 1),
        # what it tells of is of few: hidden where the content leaves the house
        "of_few": any(0 < (count or 0) < THRESHOLD for count in target.of),
    }


def _filters(wish: Wish) -> list[dict[str, Any]]:
    """What was filtered by, in words."""
    return [
        {"key": key, "name": both(registry.cuts[key].name), "values": _values(wish, key, chosen)}
        for key, chosen in sorted(wish.filters.items())
    ]


def _values(wish: Wish, cut: str, chosen: frozenset[str]) -> list[dict[str, Any]]:
    rows = registry.cuts[cut].rows(Wish(wish.period, wish.as_of), chosen)
    named = {row.key: {"ko": row.ko, "en": row.en} for row in rows}
    return [{"key": key, "name": named.get(key, {"ko": key, "en": key})} for key in sorted(chosen)]
