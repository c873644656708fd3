"""Long lists read a piece at a time, each piece a statement of its own.

Memory does not grow with the list, and between two pieces no connection of the database and no
transaction waits for a reader who may be slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

AT_ONCE = 2000

Piece = list[tuple[Any, ...]]


def rows(
    found: QuerySet[Any],
    fields: Sequence[str],
    *,
    by: Sequence[str],
    at_once: int = AT_ONCE,
    read: Callable[[Callable[[], Piece]], Piece] = lambda work: work(),
) -> Iterator[tuple[Any, ...]]:
    """The fields of each row, in the order of ``by`` (``-`` before a name turns it round), in
    which no two rows are level and nothing is null. A row written meanwhile appears if its
    place is still to come. ``read`` says where from, such as ``replica.read``."""
    names = [name.removeprefix("-") for name in by]
    wanted = found.order_by(*by).values_list(*fields, *names)
    after = Q()
    while True:
        piece = read(partial(list, wanted.filter(after)[:at_once]))
        for row in piece:
            yield row[: len(fields)]
        if len(piece) < at_once:
            return
        after = _behind(by, piece[-1][len(fields) :])


def _behind(by: Sequence[str], last: Sequence[Any]) -> Q:
    """What comes after the last row: behind it in one column, level with it in those before."""
    behind, level = Q(), Q()
    for name, value in zip(by, last, strict=True):
        column, way = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        behind |= level & Q(**{f"{column}__{way}": value})
        level &= Q(**{column: value})
    # Says nothing new, but lets an index on the first column find the place.
    column, way = by[0].removeprefix("-"), "lte" if by[0].startswith("-") else "gte"
    return Q(**{f"{column}__{way}": last[0]}) & behind
