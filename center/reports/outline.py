"""A report as it is read, before it becomes a file: title, summary, tables, definitions.

Every format is written from this one outline, so that all carry the same numbers and words.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from center import clock, display, periods
from center.reports import summary
from center.reports.content import HIDDEN, Cell, Content, Figure, Table, Target, Words, number

#: marks that turn the reading direction, and what XML cannot carry
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
NOTHING = "–"


@dataclass(frozen=True)
class Stamp:
    """Which edition it is: ``label`` is ``v1`` or ``preliminary``."""

    label: str
    digest: str
    frozen_at: dt.datetime | None = None
    reason: str = ""
    is_public: bool = True

    @property
    def short_digest(self) -> str:
        return f"{self.digest[:4]}…{self.digest[-4:]}"


@dataclass(frozen=True)
class Value:
    """A cell: its words as printed, and the number behind them where there is one."""

    text: str
    number: Decimal | None = None
    decimals: int = 0
    hidden: bool = False


@dataclass(frozen=True)
class Column:
    key: str
    name: str
    unit: str
    decimals: int


@dataclass(frozen=True)
class Line:
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Section:
    """A table: the total comes first, as offices here want it."""

    key: str
    title: str
    cut: str
    columns: tuple[Column, ...]
    total: Line | None
    lines: tuple[Line, ...]
    note: str
    #: which column a chart draws
    drawn: int = 0

    @property
    def all_lines(self) -> tuple[Line, ...]:
        return (self.total, *self.lines) if self.total else self.lines


@dataclass(frozen=True)
class Definition:
    """A figure in words; ``rounding`` says how its number was rounded before it was stated."""

    name: str
    key: str
    unit: str
    rounding: str
    formula: str
    source: str

    @property
    def words(self) -> tuple[str, ...]:
        """As every format lists them."""
        return self.name, self.key, self.unit, self.rounding, self.formula, self.source


@dataclass(frozen=True)
class TargetLine:
    name: str
    unit: str
    target: Value
    result: Value
    to_date: Value
    rate: Value

    @property
    def values(self) -> tuple[Value, ...]:
        return (self.target, self.result, self.to_date, self.rate)


@dataclass(frozen=True)
class Outline:
    language: str
    house: str
    title: str
    period: str
    edition: str
    as_of: dt.datetime
    as_of_words: str
    stamp: Stamp
    summary: tuple[tuple[str, str], ...]
    targets: tuple[TargetLine, ...]
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...]
    notes: tuple[str, ...]

    @property
    def header(self) -> str:
        """What stands on every page: the edition and its digest."""
        return f"{self.house} · {self.title} · {self.edition} · SHA-256 {self.stamp.short_digest}"


def clean(text: str) -> str:
    """One line of harmless text: no control marks, none that turn the reading direction."""
    return _UNSAFE.sub("", unicodedata.normalize("NFC", text)).replace("\n", " ").strip()


def value(cell: Cell, decimals: int) -> Value:
    if cell == HIDDEN:
        return Value(HIDDEN, hidden=True)
    amount = number(cell)
    if amount is None:
        return Value(NOTHING)
    return Value(f"{amount:,.{decimals}f}", amount, decimals)


def instant(at: dt.datetime) -> str:
    """``2026. 11. 2. 00:00`` or ``2 Nov 2026 00:00``, on a Korean clock."""
    here = clock.local(at)
    return f"{display.date(here.date())} {here.hour:02}:{here.minute:02}"


def edition_words(stamp: Stamp) -> str:
    """``확정 v1`` or ``잠정``, with what it is for where numbers are not hidden."""
    if stamp.frozen_at is None:
        words = _("Preliminary")
    else:
        words = _("Final %(version)s") % {"version": stamp.label}
    return words if stamp.is_public else _("%(edition)s, internal") % {"edition": words}


def build(content: Content, stamp: Stamp, *, language: str = "ko") -> Outline:
    """The report in one language. Pure: the same content and stamp give the same outline."""
    with translation.override(language):
        as_of = dt.datetime.fromisoformat(content["as_of"])
        figures = {figure["key"]: figure for figure in content["figures"]}
        sections = tuple(_section(table, figures, language) for table in content["tables"])
        targets = tuple(_target(row, language) for row in content["targets"])
        period = periods.of_key(content["period"]["key"]).label
        return Outline(
            language=language,
            house=_say(content["house"], language),
            title=_("Results of %(period)s") % {"period": period},
            period=period,
            edition=edition_words(stamp),
            as_of=as_of,
            as_of_words=instant(as_of),
            stamp=stamp,
            summary=summary.lines(sections, targets, period),
            targets=targets,
            sections=sections,
            definitions=tuple(_definition(f, language) for f in content["figures"]),
            notes=(
                *_narrowed(content, language),
                *_notes(stamp),
                *summary.corrected(content, instant(as_of)),
            ),
        )


def _say(words: Words, language: str) -> str:
    return clean(words["ko"] if language == "ko" else words["en"])


def _section(table: Table, figures: dict[str, Figure], language: str) -> Section:
    columns = tuple(
        Column(
            key,
            _say(figures[key]["name"], language),
            _say(figures[key]["unit"], language),
            figures[key]["decimals"],
        )
        for key in table["columns"]
    )
    lines = tuple(
        Line(_say(row["name"], language), _values(row["cells"], columns)) for row in table["rows"]
    )
    total = table["total"]
    return Section(
        key=table["key"],
        title=_say(table["title"], language),
        cut=_say(table["cut"]["name"], language),
        columns=columns,
        total=Line(_("Total"), _values(total, columns)) if total else None,
        lines=lines,
        note=_say(table["note"], language) if table["note"] else "",
        drawn=table["columns"].index(table["drawn"]) if table.get("drawn") else 0,
    )


def _values(cells: list[Cell], columns: tuple[Column, ...]) -> tuple[Value, ...]:
    return tuple(value(cell, column.decimals) for cell, column in zip(cells, columns, strict=True))


def _target(row: Target, language: str) -> TargetLine:
    return TargetLine(
        name=_say(row["name"], language),
        unit=_say(row["unit"], language),
        target=_as_written(row["target"]),
        result=_as_written(row["result"]),
        to_date=_as_written(row["to_date"]),
        rate=_as_written(row["rate"]),
    )


def _as_written(cell: Cell) -> Value:
    """With the decimals the number came with."""
    text = str(cell)
    return value(cell, len(text.partition(".")[2]) if cell not in (None, HIDDEN) else 0)


def _definition(figure: Figure, language: str) -> Definition:
    return Definition(
        _say(figure["name"], language),
        figure["key"],
        _say(figure["unit"], language),
        rounding(figure["decimals"]),
        _say(figure["formula"], language),
        _say(figure["source"], language),
    )


def rounding(decimals: int) -> str:
    """The rule by which ``assemble.rounded`` states a number."""
    if decimals == 0:
        return _("whole numbers, halves rounded up")
    return _("places after the point: %(n)d, halves rounded up") % {"n": decimals}


def _narrowed(content: Content, language: str) -> tuple[str, ...]:
    """First of all, that it is not the whole: on paper nothing else says so."""
    conditions = [
        f"{_say(each['name'], language)}: "
        + ", ".join(_say(row["name"], language) for row in each["values"])
        for each in content.get("filters", ())
    ]
    if not conditions:
        return ()
    said = " · ".join(conditions)
    return (_("Counted only what meets these conditions. %(conditions)s") % {"conditions": said},)


def _notes(stamp: Stamp) -> tuple[str, ...]:
    notes = []
    if stamp.is_public:
        notes += [
            _(
                "X: not shown, because the number stands for fewer than five or would give such"
                " a number away. A dash means that there is nothing to state."
            )
        ]
    else:
        notes += [_("For use inside the house only: small numbers are not hidden.")]
    if stamp.frozen_at is None:
        notes += [_("Preliminary: the numbers still change until the period is frozen.")]
    if stamp.reason:
        notes += [_("Why there is this version: %(reason)s") % {"reason": clean(stamp.reason)}]
    return tuple(notes)
