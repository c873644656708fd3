"""What an edition says, as data: the shape both sides of reports agree on.

A content is JSON alone: whole numbers as such, other numbers as strings with the decimals of
their figure, so that its bytes – and with them its digest – are the same whoever writes it.
A cell is ``None`` where there is nothing to state, ``HIDDEN`` where disclosure control took
the number out.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any, NotRequired, TypedDict

#: as Statistics Korea prints a suppressed cell (domain.md §2)
HIDDEN = "X"
SCHEMA = 1

Cell = int | str | None


class Words(TypedDict):
    """The same in both languages."""

    ko: str
    en: str


class Period(TypedDict):
    """``ends`` is the first day that no longer belongs to it; days are Korean."""

    kind: str
    key: str
    starts: str
    ends: str


class Figure(TypedDict):
    """``additive``: the rows of a cut sum to the total. ``counts``: a number of businesses,
    people or uses, which disclosure control protects. ``parts``: what a ratio is made of."""

    key: str
    name: Words
    unit: Words
    decimals: int
    formula: Words
    source: Words
    additive: bool
    counts: bool
    parts: NotRequired[list[str]]


class Row(TypedDict):
    """``within``: the row of the cut's parent that this one is a part of."""

    key: str
    name: Words
    cells: list[Cell]
    within: NotRequired[str]


class Cut(TypedDict):
    """``parent``: the cut whose rows the rows of this one are parts of."""

    key: str
    name: Words
    parent: NotRequired[str]


class Table(TypedDict):
    """``sums``: whether the rows of a column add up to its total; ``drawn``: the column a
    chart draws, the first one where empty."""

    key: str
    title: Words
    cut: Cut
    columns: list[str]
    rows: list[Row]
    total: list[Cell] | None
    sums: NotRequired[list[bool]]
    drawn: NotRequired[str]
    note: Words | None


class Target(TypedDict):
    """``of_few``: the counts that the year to date tells of are from one to four."""

    key: str
    name: Words
    unit: Words
    target: Cell
    result: Cell
    to_date: Cell
    rate: Cell
    of_few: NotRequired[bool]


class Corrected(TypedDict):
    """A month whose data changed after the newest version of its report was frozen."""

    key: str
    version: int


class Chosen(TypedDict):
    """A row of a cut that a content was narrowed down to."""

    key: str
    name: Words


class Filter(TypedDict):
    """A cut that a content was narrowed by."""

    key: str
    name: Words
    values: list[Chosen]


class Content(TypedDict):
    """``as_of`` is an ISO 8601 instant with the Korean offset. ``corrected``: months that it
    counts otherwise than their own reports state. ``filters``: what alone it is of."""

    schema: int
    house: Words
    period: Period
    as_of: str
    figures: list[Figure]
    tables: list[Table]
    targets: list[Target]
    corrected: NotRequired[list[Corrected]]
    filters: NotRequired[list[Filter]]


def canonical(content: Any) -> bytes:
    """The one spelling of a content: keys sorted, no spaces, UTF-8.

    Raises ValueError for a binary fraction, whose digits depend on who prints it.
    """
    _refuse_floats(content)
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(content: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def number(cell: Cell) -> Decimal | None:
    """The number in a cell; None where there is none to see."""
    if cell is None or cell == HIDDEN:
        return None
    return Decimal(cell)


def figures_of(content: Content) -> dict[str, Figure]:
    return {figure["key"]: figure for figure in content["figures"]}


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError(f"{value!r} is a binary fraction; write it as a string")
    if isinstance(value, dict):
        for part in value.values():
            _refuse_floats(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_floats(part)
