"""Draws charts in a process of its own, for ``drawing``; knows nothing of the portal.

``python -P drawer.py FONTS FAMILY``: each line of standard input is a task as JSON, each line
of standard output its answer as a JSON string. It ends once nobody has asked for a while, and
with whoever started it.
"""

from __future__ import annotations

import base64
import json
import os
import re
import select
import sys
from typing import Any

import altair as alt
import vl_convert

IDLE_SECONDS = 120
#: V8 keeps what it has used: now and then a new process begins with none
MOST = 200
#: where pages want the processor, they have it
_STEPS_BACK = 5
_INK = "#1e2124"
_WIDTH = 480
_STYLED = re.compile(r"\s(?:style|aria-[a-z]+|role)=\"[^\"]*\"")


def main() -> None:
    folder, family = sys.argv[1:]
    os.nice(_STEPS_BACK)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is no answer
    vl_convert.register_font_directory(folder)
    for _task in range(MOST):
        if not select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
            return
        line = sys.stdin.readline()
        if not line:
            return
        task = json.loads(line)
        if "svg" in task:
            answer = base64.b64encode(vl_convert.svg_to_png(task["svg"], scale=2)).decode()
        else:
            answer = bars(task["bars"], task["axis"], task["colour"], family)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def bars(values: list[dict[str, Any]], axis: str, colour: str, family: str) -> str:
    """Plain SVG: no script, no style attribute (the house's policy refuses both)."""
    base = alt.Chart({"values": values}).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, ticks=False)),
        x=alt.X("amount:Q", title=axis, scale=alt.Scale(zero=True, nice=True)),
    )
    drawn = base.mark_bar(color=colour, height={"band": 0.66})
    numbers = base.mark_text(align="left", dx=5, color=_INK).encode(text="text:N")
    chart = _dressed(drawn + numbers, family)
    return _STYLED.sub("", vl_convert.vegalite_to_svg(chart.to_dict()))


def _dressed(chart: alt.LayerChart, family: str) -> alt.LayerChart:
    """In the font of the files, as tall as it has bars."""
    return (
        chart.properties(width=_WIDTH, height={"step": 28})
        .configure(font=family, background="white", padding={"right": 40, "left": 5})
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelColor=_INK
        )
    )


if __name__ == "__main__":
    main()
