"""A row of a register as we understand it, with every sentence about what we do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from center import clock
from merchants.models import MerchantKind
from merchants.register_import import places, values
from merchants.register_import.columns import HEADINGS, Layout
from merchants.register_import.reading import Line

_BLANK = frozenset({"", "-", "–", "—", "N/A", "#N/A", "없음", "해당없음", "해당 없음"})
#: what a business new to us cannot do without
_NEEDED = ("name", "representative", "section", "district")

#: a number, or name and telephone of a founder who has none
Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row: the entries the file gives, nothing for a cell that is empty."""

    line: Line
    entries: dict[str, Any]
    verified_until: dt.date | None
    errors: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What the business is found by; unique in a file."""
        if number := self.entries.get("number"):
            return (number,)
        return (self.entries.get("name", ""), self.entries.get("phone", ""))

    def missing(self) -> list[str]:
        """Sentences for what a new business lacks."""
        return [
            _("%(column)s: needed for a business that is new here.") % {"column": HEADINGS[name]}
            for name in _NEEDED
            if not self.entries.get(name)
        ]


def understand(layout: Layout, lines: Iterable[Line]) -> list[Row]:
    """Every row; one that names the same business as a row above it is refused."""
    first: dict[Key, int] = {}
    rows = []
    for line in lines:
        row = _row(layout, line)
        if not row.errors and (above := first.setdefault(row.key, line.number)) != line.number:
            sentence = _("The same business stands in row %(n)d already.") % {"n": above}
            row = replace(row, errors=(sentence,))
        rows.append(row)
    return rows


def _row(layout: Layout, line: Line) -> Row:
    cells = {
        field: cell
        for field, at in layout.places.items()
        if at < len(line.cells) and (cell := line.cells[at]) not in _BLANK
    }
    entries, errors = _parse(cells)
    errors += _district(cells, entries)
    until = entries.pop("verified_until", None)
    if not errors:
        errors += _identify(entries)
    return Row(line, entries, until, tuple(errors))


def _parse(cells: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    entries, errors = {}, []
    for field, parse in values.PARSERS.items():
        if field not in cells:
            continue
        try:
            entries[field] = parse(cells[field])
        except ValueError as error:
            errors.append(f"{HEADINGS[field]}: {error}")
    return entries, errors


def _district(cells: dict[str, str], entries: dict[str, Any]) -> list[str]:
    sido, sigungu, address = (cells.get(name, "") for name in ("sido", "district", "address"))
    code = places.find(sido, sigungu, address, clock.today())
    if code:
        entries["district"] = code
        return []
    if not (sido or sigungu):  # an address alone may say nothing: not given
        return []
    return [
        _(
            "%(column)s: “%(cell)s” leads to no single district of today. Write province and district, or the code of five digits."
        )
        % {"column": HEADINGS["district"], "cell": f"{sido} {sigungu}".strip()}
    ]


def _identify(entries: dict[str, Any]) -> list[str]:
    """Whether the row can be found again the next time; completes the kind from the number."""
    number, kind = entries.get("number"), entries.get("kind")
    if number and kind == MerchantKind.PRE_FOUNDER:
        return [_("A founder to be has no number yet. Correct 구분 or leave the number out.")]
    if number:
        return []
    if kind != MerchantKind.PRE_FOUNDER:
        return [_("The number is missing. Only 예비창업자 can do without.")]
    if not (entries.get("name") and entries.get("phone")):
        return [_("Founders without a number are told apart by 상호 and 전화; both are needed.")]
    return []
