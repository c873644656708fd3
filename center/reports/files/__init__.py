"""A report as a file: four formats from one outline, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from center.reports import charts
from center.reports.content import Period
from center.reports.files import csv, hwpx, pdf, xlsx
from center.reports.outline import Outline

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Format:
    extension: str
    name: StrOrPromise
    content_type: str
    make: Callable[[Outline], bytes]
    has_pictures: bool = False


FORMATS = {
    each.extension: each
    for each in (
        Format("hwpx", _("Hangul (HWPX)"), "application/hwp+zip", hwpx.make, has_pictures=True),
        Format(
            "xlsx",
            _("Excel"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            xlsx.make,
        ),
        Format("pdf", "PDF", "application/pdf", pdf.make, has_pictures=True),
        Format("csv", "CSV", "text/csv; charset=utf-8", csv.make),
    )
}


def written(outline: Outline, formats: Iterable[Format]) -> Iterator[tuple[Format, bytes]]:
    """A report in several formats, one after the other, in as little memory as it takes."""
    wanted = list(formats)
    if any(each.has_pictures for each in wanted):
        charts.draw_ahead(outline)
    for each in wanted:
        yield each, each.make(outline)


def file_name(period: Period, label: str, extension: str, *, internal: bool = False) -> str:
    """``대구_디지털커머스_실적보고_2026-11_v1.xlsx`` (domain.md §2)."""
    parts = [settings.REPORT_FILE_NAME, period["key"], label, *(["내부용"] if internal else [])]
    return f"{'_'.join(parts)}.{extension}"
