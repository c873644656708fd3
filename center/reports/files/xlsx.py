"""The report as a workbook: numbers as numbers, frozen heads, native charts, A4."""

from __future__ import annotations

import io
import itertools

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from center import clock
from center.reports import charts
from center.reports.files.csv import definition_heads, head, target_heads
from center.reports.outline import Outline, Section, Value

_FONT = "맑은 고딕"
_HEAD_ROW = 3
_FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")


def make(outline: Outline) -> bytes:
    """The same bytes each time: the only instant in the file is that of the numbers."""
    buffer = io.BytesIO()
    with translation.override(outline.language):
        # Never a formula or a link, whatever a name begins with.
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = Workbook(buffer, options)
        try:
            _Writer(book, outline).write()
        finally:
            book.close()
    return buffer.getvalue()


class _Writer:
    """One workbook being written."""

    def __init__(self, book: Workbook, outline: Outline) -> None:
        self.book, self.outline = book, outline
        self.names: set[str] = set()
        self.numbers: dict[tuple[int, bool], Format] = {}
        self.title = self._format(bold=True, font_size=16)
        self.head = self._format(
            bold=True, bg_color="#F4F5F6", top=2, bottom=1, align="center", text_wrap=True
        )
        self.text = self._format(bottom=4, text_wrap=True, valign="top")
        self.bold = self._format(bold=True, bottom=4, text_wrap=True)
        self.quiet = self._format(font_color="#58616A", text_wrap=False)
        self.wrapped = self._format(text_wrap=True, valign="top")

    def write(self) -> None:
        outline = self.outline
        made = clock.local(outline.as_of).replace(tzinfo=None)
        self.book.set_properties(
            {"title": outline.title, "author": outline.house, "company": outline.house,
             "created": made, "comments": f"SHA-256 {outline.stamp.digest}"}
        )  # fmt: skip
        self._summary()
        for section in outline.sections:
            self._section(section)
        self._definitions()

    def _format(self, **fields: object) -> Format:
        return self.book.add_format({"font_name": _FONT, "font_size": 10, **fields})

    def _sheet(self, name: str, *, landscape: bool = False) -> Worksheet:
        """A page set up for A4, one page wide, head and foot with edition and digest."""
        sheet = self.book.add_worksheet(self._free_name(name))
        sheet.set_paper(9)
        sheet.set_landscape() if landscape else sheet.set_portrait()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
        escaped = self.outline.header.replace("&", "&&")
        sheet.set_header(f'&L&"{_FONT}"&8{escaped}'[:255])
        sheet.set_footer(f'&C&"{_FONT}"&8&P / &N')
        return sheet

    def _free_name(self, name: str) -> str:
        """At most 31 letters, none forbidden, no two alike whatever their case."""
        plain = name.translate(_FORBIDDEN).strip()[:28] or "Sheet"
        for n in itertools.count(1):
            wanted = plain if n == 1 else f"{plain} {n}"
            if wanted.lower() not in self.names:
                self.names.add(wanted.lower())
                return wanted
        raise AssertionError

    def _summary(self) -> None:
        outline, sheet = self.outline, self._sheet(pgettext("of a report", "Summary"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 5, 15)
        sheet.write_string(0, 0, outline.title, self.title)
        facts = f"{outline.house} · {outline.edition} · {_('As of')} {outline.as_of_words}"
        sheet.write_string(1, 0, facts, self.quiet)
        sheet.write_string(2, 0, f"SHA-256 {outline.stamp.digest}", self.quiet)
        row = 4
        indent = {"□": "", "○": "  ", "-": "     "}
        for mark, words in outline.summary:
            sheet.merge_range(row, 0, row, 5, "", self.wrapped)
            style = self._format(bold=True) if mark == "□" else self.wrapped
            sheet.write_string(row, 0, f"{indent[mark]}{mark} {words}", style)
            sheet.set_row(row, 15 * (1 + len(words) // 58))
            row += 1
        for note in outline.notes:
            sheet.merge_range(row, 0, row, 5, "", self.wrapped)
            sheet.write_string(row, 0, f"※ {note}", self.wrapped)
            sheet.set_row(row, 15 * (1 + len(note) // 58))
            row += 1
        self._targets(sheet, row + 1)

    def _targets(self, sheet: Worksheet, row: int) -> None:
        if not self.outline.targets:
            return
        for column, words in enumerate([_("Target figure"), _("Counted in"), *target_heads()]):
            sheet.write_string(row, column, words, self.head)
        for target in self.outline.targets:
            row += 1
            sheet.write_string(row, 0, target.name, self.text)
            sheet.write_string(row, 1, target.unit, self.text)
            for column, value in enumerate(target.values, 2):
                self._value(sheet, row, column, value)

    def _section(self, section: Section) -> None:
        sheet = self._sheet(section.title, landscape=len(section.columns) > 5)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(section.columns), 14)
        sheet.write_string(0, 0, section.title, self.title)
        sheet.write_string(
            1, 0, f"{self.outline.edition} · {_('As of')} {self.outline.as_of_words}", self.quiet
        )
        sheet.write_string(_HEAD_ROW, 0, section.cut, self.head)
        for column, each in enumerate(section.columns, 1):
            sheet.write_string(_HEAD_ROW, column, head(each.name, each.unit), self.head)
        sheet.freeze_panes(_HEAD_ROW + 1, 1)
        sheet.repeat_rows(_HEAD_ROW)
        row = _HEAD_ROW
        for line in section.all_lines:
            row += 1
            strong = line is section.total
            sheet.write_string(row, 0, line.name, self.bold if strong else self.text)
            for column, value in enumerate(line.values, 1):
                self._value(sheet, row, column, value, strong=strong)
        for note in filter(None, (section.note,)):
            row += 1
            sheet.write_string(row, 0, f"※ {note}", self.quiet)
        sheet.print_area(0, 0, row + 22, max(5, len(section.columns)))
        self._chart(sheet, section, row + 2)

    def _chart(self, sheet: Worksheet, section: Section, row: int) -> None:
        if not charts.has_chart(section):
            return
        first = _HEAD_ROW + (2 if section.total else 1)
        last = first + len(section.lines) - 1
        drawn = section.drawn + 1
        chart = self.book.add_chart({"type": "bar"})
        assert chart is not None
        chart.add_series(
            {
                "name": [sheet.name, _HEAD_ROW, drawn],
                "categories": [sheet.name, first, 0, last, 0],
                "values": [sheet.name, first, drawn, last, drawn],
                "fill": {"color": charts.COLOUR},
                "data_labels": {"value": True},
            }
        )
        chart.set_title({"name": section.title, "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"none": True})
        chart.set_size({"width": 640, "height": max(220, 60 + 26 * len(section.lines))})
        words = charts.alternative(section, self.outline.language)
        sheet.insert_chart(row, 0, chart, {"description": words})

    def _definitions(self) -> None:
        sheet = self._sheet(_("Definitions"), landscape=True)
        for column, width in enumerate((26, 26, 10, 18, 60, 40)):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, _("Figures and how they are counted"), self.title)
        sheet.write_string(1, 0, f"{_('As of')} {self.outline.as_of_words}", self.quiet)
        for column, words in enumerate(definition_heads()):
            sheet.write_string(_HEAD_ROW, column, words, self.head)
        sheet.freeze_panes(_HEAD_ROW + 1, 1)
        sheet.repeat_rows(_HEAD_ROW)
        for row, each in enumerate(self.outline.definitions, _HEAD_ROW + 1):
            for column, words in enumerate(each.words):
                sheet.write_string(row, column, words, self.text)

    def _value(
        self, sheet: Worksheet, row: int, column: int, value: Value, *, strong: bool = False
    ) -> None:
        style = self._number_format(value.decimals, strong)
        if value.number is None:
            sheet.write_string(row, column, value.text, style)
        else:
            sheet.write_number(row, column, float(value.number), style)

    def _number_format(self, decimals: int, strong: bool) -> Format:
        found = self.numbers.get((decimals, strong))
        if found is None:
            pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
            found = self._format(num_format=pattern, align="right", bold=strong, bottom=4)
            self.numbers[decimals, strong] = found
        return found
