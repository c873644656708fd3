"""Charts as SVG, drawn on the server; the page and the files show the same ones.

A chart never says more than the table beside it: hidden cells have no bar.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import vl_convert
from django.utils import translation
from django.utils.translation import gettext as _

from center.reports import fonts
from center.reports.outline import Column, Section

if TYPE_CHECKING:
    from altair import LayerChart

COLOUR = "#256ef4"  # primary-50 of the house's tokens
INK = "#1e2124"
#: more bars than this are no picture any more
MOST_BARS = 40
_WIDTH = 480
_STYLED = re.compile(r"\s(?:style|aria-[a-z]+|role)=\"[^\"]*\"")


@functools.cache
def _register() -> None:
    vl_convert.register_font_directory(str(fonts.FOLDER))


def has_chart(section: Section) -> bool:
    """At least two bars, and not more than can be told apart."""
    return 2 <= len(_bars(section)) <= MOST_BARS


@functools.lru_cache(maxsize=128)
def svg(section: Section) -> str:
    """The figure of a section that is drawn, as bars, in the order of the table.

    Plain SVG: no script, no style attribute (the house's policy refuses both), nothing foreign.
    """
    import altair as alt  # half a second, which each start of any command would take

    _register()
    column = section.columns[section.drawn]
    data = [
        {"name": fonts.displayable(name), "amount": float(amount), "text": text}
        for name, amount, text in _bars(section)
    ]
    base = alt.Chart({"values": data}).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, ticks=False)),
        x=alt.X("amount:Q", title=_axis(column), scale=alt.Scale(zero=True, nice=True)),
    )
    bars = base.mark_bar(color=COLOUR, height={"band": 0.66})
    numbers = base.mark_text(align="left", dx=5, color=INK).encode(text="text:N")
    return _STYLED.sub("", vl_convert.vegalite_to_svg(_dressed(bars + numbers).to_dict()))


def _dressed(chart: LayerChart) -> LayerChart:
    """In the font of the files, as tall as it has bars."""
    return (
        chart.properties(width=_WIDTH, height={"step": 28})
        .configure(font=fonts.FAMILY, background="white", padding={"right": 40, "left": 5})
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelColor=INK
        )
    )


def png(section: Section) -> bytes:
    """The same picture in dots, for formats that take no SVG."""
    return vl_convert.svg_to_png(svg(section), scale=2)


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
