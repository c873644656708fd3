"""The house's own words as a text that staff can change: with placeholders for the values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from center import clock
from center.notifications import wording, wording_tags
from center.notifications.kinds import Kind, Value
from center.notifications.models import TextPart

_HOUSE = {name: f"{{{{ house.{name} }}}}" for name in ("name", "phone", "email", "address")}


def draft_of(kind: Kind, part: TextPart, language: str) -> str:
    """What the house says today, to begin from; empty where its words cannot be turned back.

    The template is filled with values that occur nowhere else, and each is replaced by the
    placeholder it came from: of an instant, by the filter that prints it so.
    """
    marks = {name: _mark(value, n) for n, (name, value) in enumerate(kind.example.items(), 1)}
    context: dict[str, Any] = {**marks, "house": _HOUSE, "link": "{{ link }}", "language": language}
    with translation.override(language):
        template = get_template(kind.template(wording.PARTS[part])).template  # type: ignore[attr-defined]
        text = str(template.render(Context(context, autoescape=False))).strip()
        printed = [pair for name, mark in marks.items() for pair in _printed(name, mark)]
    for said, placeholder in sorted(printed, key=lambda pair: -len(pair[0])):
        text = text.replace(said, placeholder)
    return "" if wording.problems(kind, part, text) else text


def _mark(value: Value, n: int) -> Any:
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return 9_870_000 + n
    if isinstance(value, dt.datetime):
        return dt.datetime(1911, 1, n, 3, 33, tzinfo=clock.KST)
    if isinstance(value, dt.date):
        return dt.date(1911, 2, n)
    return [f"⟦{n}⟧"] if isinstance(value, list) else f"⟦{n}⟧"


def _printed(name: str, mark: Any) -> Iterator[tuple[str, str]]:
    """How a value may stand in a text, and what stands there instead."""
    if isinstance(mark, dt.date):
        for filter_name in wording_tags.FILTERS:
            if isinstance(mark, dt.datetime) or filter_name.endswith("_day"):
                shown = wording_tags.register.filters[filter_name](mark)
                yield shown, f"{{{{ {name}|{filter_name} }}}}"
    elif isinstance(mark, list):
        yield mark[0], f'{{{{ {name}|join:", " }}}}'
    elif not isinstance(mark, bool):
        yield str(mark), f"{{{{ {name} }}}}"
