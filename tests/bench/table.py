"""What was measured, beside its yardstick and its bound: for people and as JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any


@dataclass
class Figure:
    """One line. ``bound`` is ("≥" or "≤", a number) for the ratio, or the value without one."""

    what: str
    value: float
    unit: str
    yardstick: str = ""
    ratio: float | None = None
    bound: tuple[str, float] | None = None
    note: str = ""
    #: milliseconds of processor time of the workers for each answer
    cpu: float | None = None
    runs: list[float] = field(default_factory=list)

    @property
    def is_ok(self) -> bool | None:
        if self.bound is None:
            return None
        sign, limit = self.bound
        found = self.value if self.ratio is None else self.ratio
        return found >= limit if sign == "≥" else found <= limit


def rate(
    what: str, runs: list[float], against: tuple[str, list[float]] | None = None, **rest: Any
) -> Figure:
    """Answers a second, median of the runs, as a share of a yardstick of the same rounds."""
    figure = Figure(what, median(runs), "/s", runs=runs, **rest)
    if against is not None:
        figure.yardstick, figure.ratio = against[0], median(runs) / median(against[1])
    return figure


def printed(figures: Iterable[Figure]) -> str:
    head = ("what", "figure", "cpu ms", "yardstick", "ratio", "bound", "")
    lines = [head, *(_line(figure) for figure in figures)]
    widths = [max(_width(line[n]) for line in lines) for n in range(len(head))]
    rows = [
        "  ".join(_pad(text, widths[n], right=n in (1, 2, 4)) for n, text in enumerate(line))
        for line in lines
    ]
    return "\n".join([rows[0].rstrip(), "-" * len(rows[0]), *(row.rstrip() for row in rows[1:])])


def _line(figure: Figure) -> tuple[str, ...]:
    verdict = {True: "ok", False: "BELOW BOUND", None: ""}[figure.is_ok]
    if figure.is_ok is False and figure.bound is not None and figure.bound[0] == "≤":
        verdict = "ABOVE BOUND"
    return (
        figure.what,
        f"{_number(figure.value)}{figure.unit}",
        "" if figure.cpu is None else f"{figure.cpu:.2f}",
        figure.yardstick,
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "" if figure.bound is None else f"{figure.bound[0]} {_number(figure.bound[1])}",
        f"{verdict} {figure.note}".strip(),
    )


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - _width(text))
    return blank + text if right else text + blank


def save(path: Path, figures: Iterable[Figure], about: dict[str, Any]) -> None:
    rows = [{**asdict(figure), "ok": figure.is_ok} for figure in figures]
    text = json.dumps({**about, "figures": rows}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
