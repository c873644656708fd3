"""Forms of an office's own: a workbook or a Hangul document that a frozen edition fills."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from center.reports.office import hwpx, xlsx
from center.reports.office.names import Said


@dataclass(frozen=True)
class Filler:
    """``names``: those a file has; raises RuleViolation for what is no such file.
    ``fill``: the file with what is said under each name; everything else stays as it is."""

    names: Callable[[bytes], Collection[str]]
    fill: Callable[[bytes, Mapping[str, Said]], bytes]


FILLERS = {"xlsx": Filler(xlsx.names, xlsx.fill), "hwpx": Filler(hwpx.names, hwpx.fill)}
