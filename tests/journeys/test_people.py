"""Journeys run in any order and by any number: what one does to somebody meets no other."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

#: the two say together which pages there are of rare things, and who sees them
_ONE = {"rarities": "every_page"}
_SOMEBODY = re.compile(r"(?:load|시험 상점 )(\d{3})")
_WORKED_OUT = re.compile(r"load\d*\{")


def test_businesses_of_the_journeys_when_named_then_each_by_one_module() -> None:
    named = defaultdict[str, set[str]](set)
    for source in Path(__file__).parent.glob("*.py"):
        text = source.read_text("utf-8")
        for number in _SOMEBODY.findall(text):
            named[number].add(_ONE.get(source.stem, source.stem))
        assert source.samefile(__file__) or not _WORKED_OUT.search(text), source.name
    assert {number: sorted(them) for number, them in named.items() if len(them) > 1} == {}
    assert len(named) > 50
