"""What may be named in a form of an office's own, and what an edition says under each name.

``bookings.uses`` is the figure of the whole period, ``bookings.uses.district.27230`` that of a
row of a table, ``target.bookings.businesses.rate`` a part of a target, ``report.title`` what
stands in every file. Names are told apart without case, and a hyphen in the key of a row is
written as an underscore: Excel wants both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from center.reports import outline
from center.reports.content import Content, figures_of
from center.reports.outline import NOTHING, Outline, Value

_TARGET_PARTS = ("target", "result", "to_date", "rate")


class Said(NamedTuple):
    """A value, and in words what it is."""

    value: Value
    meaning: str


def plain(name: str) -> str:
    """A name as it is looked up."""
    return name.strip().lower().replace("-", "_")


def vocabulary(content: Content, made: Outline) -> dict[str, Said]:
    """Everything an edition says, by name; ``made`` is the same content as it is read."""
    return {plain(name): said for name, said in _all(content, made)}


def missing(name: str) -> Said:
    """What is said under a name that an edition does not have."""
    return Said(Value(NOTHING), name)


def _all(content: Content, made: Outline) -> Iterator[tuple[str, Said]]:
    for name, words in (
        ("title", made.title),
        ("period", made.period),
        ("house", made.house),
        ("edition", made.edition),
        ("as_of", made.as_of_words),
        ("digest", made.stamp.digest),
    ):
        yield f"report.{name}", Said(Value(words), words)
    for target, line in zip(content["targets"], made.targets, strict=True):
        for part, value in zip(_TARGET_PARTS, line.values, strict=True):
            yield f"target.{target['key']}.{part}", Said(value, line.name)
    yield from _tables(content, made)


def _tables(content: Content, made: Outline) -> Iterator[tuple[str, Said]]:
    figures = figures_of(content)
    for table, section in zip(content["tables"], made.sections, strict=True):
        for at, key in enumerate(table["columns"]):
            name, decimals = section.columns[at].name, figures[key]["decimals"]
            if table["total"]:
                yield key, Said(outline.value(table["total"][at], decimals), name)
            for row, line in zip(table["rows"], section.lines, strict=True):
                where = f"{key}.{table['cut']['key']}.{row['key']}"
                yield where, Said(line.values[at], f"{name}, {line.name}")
