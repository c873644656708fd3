"""The report as a tagged PDF (PDF/UA-1), set by Typst with its font embedded."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from center import typst_pdf
from center.reports import charts, fonts
from center.reports.files.csv import definition_heads, head, target_heads
from center.reports.outline import Line, Outline, Section, Value

_SHEET = Path(__file__).with_name("report.typ")


def make(outline: Outline) -> bytes:
    """The same bytes each time: the time of making is that of the numbers.

    Typst checks PDF/UA itself and raises ``typst.TypstError`` where a page would break it.
    """
    with translation.override(outline.language), tempfile.TemporaryDirectory() as folder:
        data = _data(outline, Path(folder))
        Path(folder, "report.json").write_text(json.dumps(data, ensure_ascii=False))
        Path(folder, "report.typ").write_bytes(_SHEET.read_bytes())
        return typst_pdf.compiled(
            Path(folder, "report.typ"),
            root=Path(folder),
            timestamp=int(outline.as_of.timestamp()),
        )


def _data(outline: Outline, folder: Path) -> dict[str, Any]:
    show = fonts.displayable
    return {
        "language": outline.language,
        "house": show(outline.house),
        "title": show(outline.title),
        "header": show(outline.header),
        "facts": show(f"{outline.house} · {outline.edition} · {_('As of')} {outline.as_of_words}"),
        "digest": f"SHA-256 {outline.stamp.digest}",
        "summary": [{"mark": mark, "text": show(text)} for mark, text in outline.summary],
        "notes": [show(f"※ {note}") for note in outline.notes],
        "targets": _targets(outline),
        "sections": [
            _section(section, n, folder, outline.language)
            for n, section in enumerate(outline.sections)
        ],
        "definitions": {
            "title": _("Figures and how they are counted"),
            "head": definition_heads(),
            "rows": [[show(text) for text in each.words] for each in outline.definitions],
        },
        "end": _("End of the report."),
    }


def _targets(outline: Outline) -> dict[str, Any]:
    return {
        "title": _("Targets"),
        "head": [_("Target figure"), _("Counted in"), *target_heads()],
        "rows": [
            [fonts.displayable(t.name), fonts.displayable(t.unit), *(v.text for v in t.values)]
            for t in outline.targets
        ],
    }


def _section(section: Section, n: int, folder: Path, language: str) -> dict[str, Any]:
    chart = None
    if charts.has_chart(section):
        chart = {"file": f"chart{n}.svg", "alt": charts.alternative(section, language)}
        (folder / chart["file"]).write_text(charts.svg(section))
    return {
        "title": fonts.displayable(section.title),
        "head": [
            fonts.displayable(text)
            for text in (section.cut, *(head(c.name, c.unit) for c in section.columns))
        ],
        "total": _cells(section.total) if section.total else None,
        "rows": [_cells(line) for line in section.lines],
        "note": fonts.displayable(f"※ {section.note}") if section.note else None,
        "chart": chart,
    }


def _cells(line: Line) -> list[str]:
    return [fonts.displayable(line.name), *(_text(value) for value in line.values)]


def _text(value: Value) -> str:
    return fonts.displayable(value.text)
