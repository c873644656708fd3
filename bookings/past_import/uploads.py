"""A file of past uses between trying and running: kept as rows of text, gone a day later."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction

from bookings.past_import import columns, running
from bookings.past_import.rows import Row, understand
from bookings.past_import.running import Outcome, Report
from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import ImportState, ImportSubject, RegisterImport
from merchants.register_import import columns as headings
from merchants.register_import import reading, refusals
from merchants.register_import.columns import Layout
from merchants.register_import.reading import Line


def try_file(*, content: bytes, file_name: str, by: User | None) -> RegisterImport:
    """Read a file, find out what a run would do, and keep both; writes no booking.

    Raises RuleViolation for a file that is none: the codes of ``merchants.register_import``.
    """
    read = reading.read(content, most=columns.MAX_ROWS)
    layout, lines = headings.split(read, columns.FIELDS, most=columns.MAX_ROWS)
    report = running.try_out(understand(layout, lines))
    return RegisterImport.objects.create(
        subject=ImportSubject.USES,
        uploaded_by=by,
        file_name=file_name[-120:],
        headings=list(layout.headings),
        rows=[[line.number, list(line.cells)] for line in lines],
        **_figures(report),
    )


def run(*, upload: RegisterImport, by: User | None) -> Report:
    """Enter the uses, once. What could not be taken is kept for the list of errors.

    Raises RuleViolation ``import_over`` when somebody was faster or the rows are gone.
    """
    claimed = RegisterImport.objects.filter(
        pk=upload.pk, state=ImportState.TRIED, subject=ImportSubject.USES
    )
    if not upload.headings or not claimed.update(state=ImportState.RUNNING):
        raise RuleViolation(refusals.import_over())
    with pghistory.context(past_uses_import=upload.pk):
        report = running.run(_rows_of(upload), by=by)
    _finish(upload, report)
    return report


@transaction.atomic
def _finish(upload: RegisterImport, report: Report) -> None:
    refused = {number for number, _sentences in report.refusals}
    upload.rows = [row for row in upload.rows if row[0] in refused]
    upload.state, upload.finished_at = ImportState.DONE, clock.now()
    figures = _figures(report)
    for name, value in figures.items():
        setattr(upload, name, value)
    upload.save(update_fields=["rows", "state", "finished_at", *figures])


def what(upload: RegisterImport) -> str:
    """What the access log says was done."""
    return f"past uses {upload.pk}: {upload.file_name}"


def layout_of(upload: RegisterImport) -> Layout:
    return headings.layout(tuple(upload.headings), columns.FIELDS)


def _rows_of(upload: RegisterImport) -> list[Row]:
    lines = [Line(number, tuple(cells)) for number, cells in upload.rows]
    return understand(layout_of(upload), lines)


def _figures(report: Report) -> dict[str, Any]:
    counts = {outcome.value: report.counts[outcome] for outcome in Outcome}
    refused = [[number, list(sentences)] for number, sentences in report.refusals]
    return {**counts, "refusals": refused}
