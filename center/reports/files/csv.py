"""The report as CSV: one block per table, as offices here open it."""

from __future__ import annotations

import csv as csv_module
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from center import csv_file
from center.reports.outline import Outline, Section, Value

#: what CP949 lacks and what stands for it, so that the reader still knows what was meant
_STAND_INS = {"—": "-", "–": "-", "•": "·", "−": "-", "✕": "X", "‘": "'", "’": "'"}


@dataclass(frozen=True)
class Encoded:
    """``replaced`` names each character the encoding lacks, in the order of their coming."""

    data: bytes
    replaced: tuple[str, ...]


def make(outline: Outline) -> bytes:
    """UTF-8 with BOM: without it Excel garbles Korean."""
    return (csv_file.BOM + _text(outline)).encode()


def make_cp949(outline: Outline) -> Encoded:
    """For programs that know nothing else; what it lacks is replaced and named."""
    text = _text(outline)
    lost = tuple(dict.fromkeys(letter for letter in text if not _fits(letter)))
    if lost:
        with translation.override(outline.language):
            text += _line(
                [_("Replaced, because CP949 does not have them: %(codes)s") % _named(lost)]
            )
    for letter in lost:
        text = text.replace(letter, _stand_in(letter))
    return Encoded(text.encode("cp949"), lost)


def _named(lost: Sequence[str]) -> dict[str, str]:
    return {"codes": ", ".join(f"U+{ord(letter):04X} > {_stand_in(letter)}" for letter in lost)}


def _stand_in(letter: str) -> str:
    return _STAND_INS.get(letter, "?")


def _fits(letter: str) -> bool:
    try:
        letter.encode("cp949")
    except UnicodeEncodeError:
        return False
    return True


def _text(outline: Outline) -> str:
    with translation.override(outline.language):
        return "".join(_line(row) for row in _rows(outline))


def _line(cells: Sequence[object]) -> str:
    """Words are made harmless; numbers stay numbers, a minus sign and all."""
    buffer = io.StringIO()
    csv_module.writer(buffer).writerow(
        [_number(cell) if isinstance(cell, Value) else csv_file.neutral(cell) for cell in cells]
    )
    return buffer.getvalue()


def _number(value: Value) -> str:
    if value.number is None:
        return value.text
    return f"{value.number:.{value.decimals}f}"


def _rows(outline: Outline) -> Iterator[Sequence[object]]:
    yield [outline.title]
    yield [_("Center"), outline.house]
    yield [_("Edition"), outline.edition]
    yield [_("As of"), outline.as_of_words]
    yield ["SHA-256", outline.stamp.digest]
    yield from ([note] for note in outline.notes)
    yield []
    if outline.targets:
        yield [_("Targets")]
        yield [_("Target figure"), _("Counted in"), *target_heads()]
        for target in outline.targets:
            yield [target.name, target.unit, *target.values]
        yield []
    for section in outline.sections:
        yield from _section(section)
    yield [_("Figures and how they are counted")]
    yield definition_heads()
    yield from (definition.words for definition in outline.definitions)


def target_heads() -> list[str]:
    return [_("Target"), _("Attained"), _("Year to date"), _("Rate (%)")]


def definition_heads() -> list[str]:
    return [
        _("Figure"),
        _("Key of the figure"),
        _("Counted in"),
        _("Rounding"),
        _("Formula"),
        _("Source"),
    ]


def _section(section: Section) -> Iterator[Sequence[object]]:
    yield [section.title]
    yield [section.cut, *(head(column.name, column.unit) for column in section.columns)]
    for line in section.all_lines:
        yield [line.name, *line.values]
    if section.note:
        yield [f"※ {section.note}"]
    yield []


def head(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name
