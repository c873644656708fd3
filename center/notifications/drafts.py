"""The house's own words as a text that staff can change: with placeholders for the values."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from center import clock, display
from center.notifications import wording, wording_tags
from center.notifications.kinds import Kind, Value
from center.notifications.models import TextPart

_HOUSE = {name: f"{{{{ house.{name} }}}}" for name in ("name", "phone", "email", "address")}


def draft_of(kind: Kind, part: TextPart, language: str) -> str:
    """What the house says today, to begin from; empty where its words cannot be turned back.

    The template is filled with values that occur nowhere else, and each is replaced by the
    placeholder it came from: of an instant, by the filter that prints it so. Where a yes or no
    makes a difference, both texts stand in the draft.
    """
    marks = {name: _mark(value, n) for n, (name, value) in enumerate(kind.example.items(), 1)}
    switches = [name for name, mark in marks.items() if isinstance(mark, bool)]
    with translation.override(language):
        text = _either_way(kind, part, marks, switches)
    return "" if wording.problems(kind, part, text) else text


def _either_way(
    kind: Kind, part: TextPart, marks: Mapping[str, Any], switches: Sequence[str]
) -> str:
    """The text, in two versions for each switch that changes it."""
    if not switches:
        return _turned_back(kind, part, marks)
    name, *rest = switches
    yes, no = (_either_way(kind, part, {**marks, name: on}, rest) for on in (True, False))
    return yes if yes == no else f"{{% if {name} %}}{yes}{{% else %}}{no}{{% endif %}}"


def _turned_back(kind: Kind, part: TextPart, marks: Mapping[str, Any]) -> str:
    language = translation.get_language()
    context: dict[str, Any] = {**marks, "house": _HOUSE, "link": "{{ link }}", "language": language}
    template = get_template(kind.template(wording.PARTS[part])).template  # type: ignore[attr-defined]
    text = str(template.render(Context(context, autoescape=False))).strip()
    printed = [pair for name, mark in marks.items() for pair in _printed(name, mark)]
    for said, placeholder in sorted([*printed, *_spans(marks)], key=lambda pair: -len(pair[0])):
        text = text.replace(said, placeholder)
    return text


def _spans(marks: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """From when until when, as ``time_span`` prints two instants."""
    instants = [(name, mark) for name, mark in marks.items() if isinstance(mark, dt.datetime)]
    for (first, starts), (last, ends) in itertools.permutations(instants, 2):
        said = f"{{{{ {first}|clock_time }}}} – {{{{ {last}|clock_time }}}}"
        yield display.span(starts, ends), said


def _mark(value: Value, n: int) -> Any:
    """No two alike, also of instants: neither their days nor their times."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return 9_870_000 + n
    if isinstance(value, dt.datetime):
        return dt.datetime(1911, 1, n, 3, 30 + n, tzinfo=clock.KST)
    if isinstance(value, dt.date):
        return dt.date(1911, 2, n)
    return [f"⟦{n}⟧"] if isinstance(value, list) else f"⟦{n}⟧"


def _printed(name: str, mark: Any) -> Iterator[tuple[str, str]]:
    """How a value may stand in a text, and what stands there instead."""
    if isinstance(mark, dt.date):
        for filter_name in wording_tags.FILTERS:
            if filter_name == "won":
                continue
            if isinstance(mark, dt.datetime) or filter_name.endswith("_day"):
                shown = wording_tags.register.filters[filter_name](mark)
                yield shown, f"{{{{ {name}|{filter_name} }}}}"
    elif isinstance(mark, list):
        yield mark[0], f'{{{{ {name}|join:", " }}}}'
    elif not isinstance(mark, bool):
        if isinstance(mark, int):
            yield display.won(mark), f"{{{{ {name}|won }}}}"
        yield str(mark), f"{{{{ {name} }}}}"
