"""``compile_report 2026-10 --format all``: the files of a period, for scripts."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.http import Http404

from center import access, periods
from center.errors import RuleViolation
from center.models import AccessAction
from center.periods import Period
from center.reports import publishing, selectors
from center.reports.files import FORMATS, file_name, written
from center.reports.models import Edition
from center.reports.selectors import PRELIMINARY, Source
from center.reports.services import freezing


class Command(BaseCommand):
    help = (
        "Writes the newest edition of a period as files that may leave the house. All numbers, of"
        " an edition or of a period that is not frozen, only with --internal and what for; the"
        " access log keeps it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("period", help="2026-10, 2026-Q4, 2026-H2 or 2026")
        parser.add_argument("--format", default="all", choices=["all", *FORMATS])
        parser.add_argument("--to", type=Path, default=Path(), help="folder; here, unless named")
        parser.add_argument("--language", default="ko", choices=["ko", "en"])
        parser.add_argument("--edition", dest="label", default="", help="v1, v2 …; the newest")
        parser.add_argument("--freeze", action="store_true", help="freeze the period first")
        parser.add_argument("--reason", default="", help="of a new version")
        parser.add_argument("--internal", action="store_true", help="all numbers, none hidden")
        parser.add_argument("--purpose", default="", help="what the internal files are for")

    def handle(self, *args: Any, **options: Any) -> None:
        period = self._period(options["period"])
        if options["freeze"]:
            self._freeze(period, options["reason"])
        found = self._source(period, options["label"], full=options["internal"])
        if options["internal"]:
            self._record(found, options["purpose"].strip())
        made = selectors.outlined(found, options["language"])
        options["to"].mkdir(parents=True, exist_ok=True)
        wanted = FORMATS if options["format"] == "all" else [options["format"]]
        internal = not found.stamp.is_public
        for each, data in written(made, [FORMATS[extension] for extension in wanted]):
            name = file_name(
                found.content["period"], found.label, each.extension, internal=internal
            )
            path = options["to"] / name
            path.write_bytes(data)
            self.stdout.write(str(path))

    def _period(self, key: str) -> Period:
        try:
            period = periods.of_key(key.upper())
        except ValueError as error:
            raise CommandError(f"Not a period: {key}") from error
        if period.kind not in publishing.FROZEN_KINDS:
            raise CommandError(f"Not a month, quarter, half or year: {key}")
        return period

    def _freeze(self, period: Period, reason: str) -> None:
        try:
            asked = freezing.ask(period=period, by=None, reason=reason)
        except RuleViolation as refusal:
            raise CommandError(refusal.violations[0].sentence) from refusal
        if freezing.compile_edition(pk=asked.pk) is None:
            raise CommandError("The period could not be frozen; the log says why.")

    def _source(self, period: Period, label: str, *, full: bool) -> Source:
        newest = Edition.objects.of(period.key).first()
        wanted = label or (newest.label if newest else PRELIMINARY)
        if wanted == PRELIMINARY and not full:
            raise CommandError(
                "The period is not frozen. --freeze freezes it; --internal with --purpose writes"
                " its numbers as they stand, for the house."
            )
        if wanted != PRELIMINARY and not re.fullmatch(r"v[1-9]\d{0,3}", wanted):
            raise CommandError(f"Not a version: {label}")
        try:
            return selectors.source(period, wanted, full=full)
        except Http404 as error:
            raise CommandError(f"There is no {wanted} of {period.key}.") from error

    def _record(self, found: Source, purpose: str) -> None:
        """As on the page of internal files: what for is asked, and written beside it."""
        if not purpose:
            raise CommandError("Say with --purpose what the internal files are for.")
        access.record_for(
            None,
            action=AccessAction.EXPORT,
            subjects=[found.edition] if found.edition else publishing.subject_of(found.period),
            what=f"compile_report {found.period.key} {found.label} --internal",
            purpose=purpose,
        )
