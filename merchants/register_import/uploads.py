"""A file between trying and running: kept as rows of text, gone a day later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pghistory
from django.db import transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import ImportState, RegisterImport
from merchants.register_import import columns, reading, refusals, running
from merchants.register_import.columns import Layout
from merchants.register_import.reading import Line
from merchants.register_import.rows import Row, understand
from merchants.register_import.running import Outcome, Report

KEPT = dt.timedelta(days=1)


def try_file(*, content: bytes, file_name: str, by: User | None) -> RegisterImport:
    """Read a file, find out what a run would do, and keep both; writes no business.

    Raises RuleViolation for a file that is none: the codes of ``reading`` and ``columns``.
    """
    layout, lines = columns.split(reading.read(content))
    rows = understand(layout, lines)
    report = running.try_out(rows)
    return RegisterImport.objects.create(
        uploaded_by=by,
        file_name=file_name[-120:],
        headings=list(layout.headings),
        rows=_kept(lines),
        **_figures(report),
    )


def run(*, upload: RegisterImport, adopt: bool, by: User | None) -> Report:
    """Take the rows over, once. ``adopt``: former verifications still in force count here.

    What the run could not take is kept for the list of errors. Raises RuleViolation
    ``import_over`` when somebody was faster or the rows are gone.
    """
    claimed = RegisterImport.objects.filter(pk=upload.pk, state=ImportState.TRIED)
    if not upload.headings or not claimed.update(state=ImportState.RUNNING, adopted=adopt):
        raise RuleViolation(refusals.import_over())
    with pghistory.context(register_import=upload.pk):
        report = running.run(rows_of(upload), adopt=adopt, by=by)
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


def forget_contents(*, now: dt.datetime) -> int:
    """Delete the rows of files brought more than a day ago; the figures stay."""
    old = RegisterImport.objects.exclude(headings=[]).filter(created_at__lte=now - KEPT)
    return old.update(headings=[], rows=[], refusals=[], changes=[])


def what(upload: RegisterImport) -> str:
    """What the access log says was done."""
    return f"register import {upload.pk}: {upload.file_name}"


def layout_of(upload: RegisterImport) -> Layout:
    return columns.layout(tuple(upload.headings))


def rows_of(upload: RegisterImport) -> list[Row]:
    lines = [Line(number, tuple(cells)) for number, cells in upload.rows]
    return understand(layout_of(upload), lines)


def _kept(lines: Sequence[Line]) -> list[list[Any]]:
    return [[line.number, list(line.cells)] for line in lines]


def _figures(report: Report) -> dict[str, Any]:
    counts = {outcome.value: report.counts[outcome] for outcome in Outcome}
    refused = [[number, list(sentences)] for number, sentences in report.refusals]
    return {**counts, "adoptable": report.adoptable, "refusals": refused, "changes": report.changes}
