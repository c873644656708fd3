"""Named cells of a workbook. The sheets are changed in their own XML and nothing else is, for a
library that reads a workbook and writes it anew loses pictures, charts and print settings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from lxml import etree

from center.errors import RuleViolation
from center.reports import office_refusals as refusals
from center.reports.office import archive
from center.reports.office.names import Said, plain

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NS = {"m": _MAIN}
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
#: ``'실적 보고'!$B$5``, also with the end of a merged range behind it
_PLACE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)(?::\$?[A-Z]+\$?\d+)?")


class _Place(NamedTuple):
    sheet: str
    column: str
    row: int


def names(data: bytes) -> list[str]:
    """The names of single cells, those of Excel's own aside."""
    return list(dict.fromkeys(name for name, _place in _places(archive.parts(data))))


def fill(data: bytes, said: Mapping[str, Said]) -> bytes:
    """The workbook with what is said under each name; other names are the form's own."""
    parts = archive.parts(data)
    sheets: dict[str, etree._Element] = {}
    for name, place in _places(parts):
        if plain(name) not in said:
            continue  # the form's own
        if place.sheet not in sheets:
            sheets[place.sheet] = archive.read_xml(parts[place.sheet])
        _write(_cell(sheets[place.sheet], place), said[plain(name)])
    changed = {name: archive.write_xml(root) for name, root in sheets.items()}
    return archive.written(data, {**changed, _WORKBOOK: _counting_anew(parts[_WORKBOOK])})


def _places(parts: Mapping[str, bytes]) -> list[tuple[str, _Place]]:
    """One name may stand on several sheets, as a name of each of them alone."""
    if _WORKBOOK not in parts or _RELATIONS not in parts:
        raise RuleViolation(refusals.no_form())
    book, sheets = archive.read_xml(parts[_WORKBOOK]), _sheets(parts)
    found = []
    for each in book.iterfind(".//m:definedName", _NS):
        name, match = each.get("name", ""), _PLACE.fullmatch((each.text or "").strip())
        if match is None or name.startswith("_xlnm") or each.get("hidden") == "1":
            continue
        sheet = (match[1] or match[2]).replace("''", "'")
        if sheets.get(sheet) in parts:
            found.append((name, _Place(sheets[sheet], match[3], int(match[4]))))
    return found


def _sheets(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    relations = {
        each.get("Id"): posixpath.normpath(posixpath.join("xl", each.get("Target", "")))
        if not each.get("Target", "").startswith("/")
        else each.get("Target", "")[1:]
        for each in archive.read_xml(parts[_RELATIONS])
    }
    sheets = archive.read_xml(parts[_WORKBOOK]).iterfind("m:sheets/m:sheet", _NS)
    return {each.get("name", ""): relations.get(each.get(f"{{{_REL}}}id"), "") for each in sheets}


def _cell(sheet: etree._Element, place: _Place) -> etree._Element:
    """The cell of a place; made where the sheet leaves it out, as it does with empty ones."""
    rows = sheet.find("m:sheetData", _NS)
    if rows is None:
        raise RuleViolation(refusals.no_form())
    row = _among(rows, "row", str(place.row), lambda each: int(each.get("r", 0)), place.row)
    address = f"{place.column}{place.row}"
    return _among(row, "c", address, lambda each: _letters(each.get("r", "")), _letters(address))


def _among(
    parent: etree._Element,
    kind: str,
    address: str,
    key: Callable[[etree._Element], int],
    wanted: int,
) -> etree._Element:
    """The row or cell with that number, made in its place where it is missing."""
    before = 0
    for each in parent:
        if key(each) == wanted:
            return each
        before += key(each) < wanted
    made = etree.Element(f"{{{_MAIN}}}{kind}", r=address)
    parent.insert(before, made)
    return made


def _letters(address: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in address.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def _write(cell: etree._Element, said: Said) -> None:
    """A number as a number; its style, and with it the look, stays the cell's."""
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if said.value.number is not None:
        etree.SubElement(cell, f"{{{_MAIN}}}v").text = f"{said.value.number:f}"
        return
    cell.set("t", "inlineStr")
    text = etree.SubElement(etree.SubElement(cell, f"{{{_MAIN}}}is"), f"{{{_MAIN}}}t")
    text.text = said.value.text


def _counting_anew(workbook: bytes) -> bytes:
    """Formulas of the form are counted when it is opened."""
    book = archive.read_xml(workbook)
    settings = book.find("m:calcPr", _NS)
    if settings is None:
        settings = etree.Element(f"{{{_MAIN}}}calcPr")
        names_at = book.find("m:definedNames", _NS)
        assert names_at is not None
        names_at.addnext(settings)
    settings.set("fullCalcOnLoad", "1")
    return archive.write_xml(book)
