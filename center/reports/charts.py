"""Charts as SVG, drawn on the server; the page and the files show the same ones.

A chart never says more than the table beside it: hidden cells have no bar.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from decimal import Decimal

from django.core.cache import cache
from django.utils import translation
from django.utils.translation import gettext as _

from center.heavy import picture_work
from center.reports import fonts
from center.reports.drawing import drawer
from center.reports.outline import Column, Outline, Section

COLOUR = "#256ef4"  # primary-50 of the house's tokens
#: more bars than this are no picture any more
MOST_BARS = 40
#: for so long a page's picture is kept (seconds)
_KEPT = 86_400
#: pictures a process keeps for files, more than any report has
_AT_HAND = 128


def has_chart(section: Section) -> bool:
    """At least two bars, and not more than can be told apart."""
    return 2 <= len(_bars(section)) <= MOST_BARS


def draw_ahead(outline: Outline) -> None:
    """All pictures of a report, at hand for its files. The process that draws ends then: while
    files are written it would hold a third of the memory for nothing. Raises DrawingError."""
    for section in outline.sections:
        if has_chart(section):
            png(section)
    drawer().rest()


@functools.lru_cache(maxsize=_AT_HAND)
def svg(section: Section) -> str:
    """The figure of a section that is drawn, as bars, in the order of the table.

    Plain SVG: no script, no style attribute (the house's policy refuses both), nothing foreign.
    Raises DrawingError.
    """
    return drawer().ask(**_task(section))


def picture(section: Section) -> str:
    """The same for a page, drawn once for what it says, and kept for all web servers. Raises
    TooMuchAtOnceError at once where so many are being drawn that this one would wait long."""
    said = hashlib.sha256(repr(section).encode()).hexdigest()
    key = f"report-chart:{said}"
    drawn: str | None = cache.get(key)
    if drawn is None:
        with picture_work():
            drawn = drawer().ask_soon(**_task(section))
        cache.set(key, drawn, _KEPT)
    return drawn


@functools.lru_cache(maxsize=_AT_HAND)
def png(section: Section) -> bytes:
    """The same picture in dots, for formats that take no SVG."""
    return base64.b64decode(drawer().ask(svg=svg(section)))


def _task(section: Section) -> dict[str, object]:
    bars = [
        {"name": fonts.displayable(name), "amount": float(amount), "text": text}
        for name, amount, text in _bars(section)
    ]
    return {"bars": bars, "axis": _axis(section.columns[section.drawn]), "colour": COLOUR}


def alternative(section: Section, language: str) -> str:
    """What the picture shows, in words: its subject and every number in it."""
    column = section.columns[section.drawn]
    parts = [f"{name} {text}" for name, _amount, text in _bars(section)]
    with translation.override(language):
        words = _("Bar chart, %(title)s – %(figure)s: %(numbers)s.") % {
            "title": section.title,
            "figure": _axis(column),
            "numbers": ", ".join(parts),
        }
        if any(line.values[section.drawn].hidden for line in section.lines):
            words += " " + _("Numbers not shown have no bar.")
    return fonts.displayable(words)


def _axis(column: Column) -> str:
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _bars(section: Section) -> list[tuple[str, Decimal, str]]:
    if not section.columns:
        return []
    found = []
    for line in section.lines:
        first = line.values[section.drawn]
        if first.number is not None:
            found.append((line.name, first.number, first.text))
    return found
