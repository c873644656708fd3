"""Plain text from the database as headings, lists and paragraphs; no markup is ever read.

A line beginning ``## `` is a heading, lines beginning ``- `` are a list, the rest of the
lines are paragraphs. The template ``components/prose.html`` draws the blocks and escapes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

_MARKS = {"## ": "heading", "- ": "list"}


@dataclass(frozen=True)
class Block:
    """``kind`` is heading, list or text; a heading has one line, the others one or more."""

    kind: str
    lines: Sequence[str]


def blocks(text: str) -> list[Block]:
    """What the text consists of, in order; empty lines only part blocks."""
    found: list[Block] = []
    for kind, group in groupby(text.splitlines(), key=_kind_of):
        lines = [line.removeprefix("## ").removeprefix("- ").strip() for line in group]
        if kind == "heading" or kind == "text":
            found += [Block(kind, [line]) for line in lines]
        elif kind == "list":
            found.append(Block(kind, lines))
    return found


def _kind_of(line: str) -> str:
    if not line.strip():
        return "gap"
    return next((kind for mark, kind in _MARKS.items() if line.startswith(mark)), "text")
