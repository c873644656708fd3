"""The report as HWPX, the format of Korean offices. The one module that knows python-hwpx.

The library gives paragraphs and pictures random numbers and stamps the archive with its own
day; both are replaced, so that the same report gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from hwpx import HwpxDocument

from center import clock
from center.reports import charts
from center.reports.files.csv import definition_heads, head, target_heads
from center.reports.outline import Outline, Section

_WIDE_MM = 150
_HWP_PER_MM = 283.465
_FIRST_WIDTH = 0.3
#: what the library numbers by lot, and those of it that others name by their number
_NUMBERED = re.compile(rb"<hp:(p|tbl|pic|header|headerApply|footer|footerApply)\b[^>]*>")
_NAMED = {b"header", b"headerApply", b"footer", b"footerApply"}
_RANDOM = re.compile(rb'( (?:id|instid|idRef)=")(\d+)"')


def make(outline: Outline) -> bytes:
    with translation.override(outline.language):
        return _settled(_Writer(outline).write(), clock.local(outline.as_of))


class _Writer:
    """One document being written."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.right: str | None = None
        self.document: Any = HwpxDocument.new()
        self.document.page.setup(
            paper_size="A4",
            margins_mm={"left": 25, "right": 25, "top": 20, "bottom": 15},
        )
        style = self.document.styles.ensure_run
        self.title = style(bold=True, size=20)
        self.head = style(bold=True, size=13)
        self.bold = style(bold=True, size=10)
        self.plain = style(size=10)
        self.small = style(size=8, color="#58616A")

    def write(self) -> bytes:
        outline = self.outline
        self.document.page.set_header(text=outline.header)
        self._say(outline.title, self.title)
        self._say(
            f"{outline.house} · {outline.edition} · {_('As of')} {outline.as_of_words}", self.small
        )
        self._say(f"SHA-256 {outline.stamp.digest}", self.small)
        indent = {"□": "", "○": "  ", "-": "    "}
        for mark, words in outline.summary:
            style = self.bold if mark == "□" else self.plain
            self._say(f"{indent[mark]}{mark} {words}", style)
        for note in outline.notes:
            self._say(f"※ {note}", self.small)
        self._targets()
        for section in outline.sections:
            self._section(section)
        self._definitions()
        self._say(_("End of the report."), self.plain)
        return self.document.to_bytes()

    def _say(self, text: str, style: str) -> None:
        self.document.add_paragraph(
            text, char_pr_id_ref=style, para_pr_id_ref="0", style_id_ref="0", inherit_style=False
        )

    def _heading(self, text: str) -> None:
        self._say("", self.small)
        self.document.add_heading(text, level=1, char_pr_id_ref=self.head)

    def _targets(self) -> None:
        if not self.outline.targets:
            return
        self._heading(_("Targets"))
        rows = [[t.name, t.unit, *(v.text for v in t.values)] for t in self.outline.targets]
        self._table([_("Target figure"), _("Counted in"), *target_heads()], rows)

    def _section(self, section: Section) -> None:
        self._heading(section.title)
        heads = [section.cut, *(head(column.name, column.unit) for column in section.columns)]
        rows = [[line.name, *(v.text for v in line.values)] for line in section.all_lines]
        self._table(heads, rows, strong=1 if section.total else 0)
        if section.note:
            self._say(f"※ {section.note}", self.small)
        if charts.has_chart(section):
            self._picture(section)

    def _definitions(self) -> None:
        self._heading(_("Figures and how they are counted"))
        rows = [definition.words for definition in self.outline.definitions]
        self._table(definition_heads(), rows, widths=(0.16, 0.15, 0.08, 0.11, 0.32, 0.18))

    def _table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        strong: int = 0,
        widths: Sequence[float] | None = None,
    ) -> None:
        """Words on the left, numbers on the right; the head is marked as such."""
        table = self.document.add_table(len(rows) + 1, len(heads))
        rest = (1 - _FIRST_WIDTH) / max(1, len(heads) - 1)
        shares = widths or (_FIRST_WIDTH, *([rest] * (len(heads) - 1)))
        table.set_column_widths([round(share * _WIDE_MM * _HWP_PER_MM) for share in shares])
        # Each look for a cell by its place goes through the whole table: all of them at once.
        cells = [[entry.cell for entry in line] for line in table.get_cell_map()]
        for r, row in enumerate([heads, *rows]):
            style = self.bold if r <= strong else self.plain
            for c, text in enumerate(row):
                cells[r][c].set_text(text)
                for paragraph in cells[r][c].paragraphs:
                    paragraph.char_pr_id_ref = style
                    if c and not widths:
                        paragraph.para_pr_id_ref = self._right()
        table.set_cell_shading(0, 0, "#F4F5F6")
        shaded = cells[0][0].element.get("borderFillIDRef")
        for cell in cells[0]:
            cell.element.set("borderFillIDRef", shaded)
            cell.element.set("header", "1")

    def _right(self) -> str:
        """The id of a paragraph set to the right, made once by the library."""
        if self.right is None:
            paragraph = self.document.paragraphs[-1]
            before = paragraph.para_pr_id_ref
            self.document.styles.apply_paragraph_format(paragraphs=[paragraph], alignment="RIGHT")
            self.right, paragraph.para_pr_id_ref = paragraph.para_pr_id_ref, before
        return self.right

    def _picture(self, section: Section) -> None:
        data = charts.png(section)
        width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        picture = self.document.add_picture(
            data, "png", width_mm=_WIDE_MM, height_mm=round(_WIDE_MM * height / width, 1)
        )
        words = charts.alternative(section, self.outline.language)
        for comment in picture.element.iter("{*}shapeComment"):
            comment.text = words


def _settled(data: bytes, made: dt.datetime) -> bytes:
    """The archive with numbers counted instead of drawn, each member of one and the same time."""
    stamp = (made.year, made.month, made.day, made.hour, made.minute, made.second)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for member in old.infolist():
            body = old.read(member)
            if member.filename.startswith("Contents/section"):
                body = _renumbered(body)
            info = zipfile.ZipInfo(member.filename, stamp)
            info.compress_type = member.compress_type
            info.external_attr = 0o644 << 16
            new.writestr(info, body)
    return buffer.getvalue()


def _renumbered(xml: bytes) -> bytes:
    """Random numbers become 1000001, 1000002 … in the order of their first coming, whether they
    are small by chance, or two are alike. The library's own first paragraph stays 0."""
    numbers, named = itertools.count(1_000_001), dict[bytes, bytes]()

    def renumber(element: re.Match[bytes]) -> bytes:
        seen = named if element[1] in _NAMED else {}

        def replace(match: re.Match[bytes]) -> bytes:
            if match[2] not in seen:
                seen[match[2]] = str(next(numbers)).encode()
            return match[1] + seen[match[2]] + b'"'

        return _RANDOM.sub(replace, element[0])

    first = _NUMBERED.search(xml)
    begins = first.end() if first else 0
    return xml[:begins] + _NUMBERED.sub(renumber, xml[begins:])
