from __future__ import annotations

import datetime as dt
import os
import re
from argparse import ArgumentTypeError
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet

from center import access, clock, csv_file, subjects
from center.models import AccessAction, AccessRecord

HEADER = ["구분", "번호", "이름·상호", "이메일", "전화번호"]
KINDS = {"person": "회원", "business": "사업체", "address": "주소"}
MODELS = {"person": "user", "business": "merchant", "address": "message"}


def instant(text: str) -> dt.datetime:
    """A day or a time of the Korean clock, unless the text names an offset."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as unreadable:
        raise ArgumentTypeError(f"{text}: YYYY-MM-DD or YYYY-MM-DDTHH:MM") from unreadable
    return found if found.tzinfo else found.replace(tzinfo=clock.KST)


def subject(text: str) -> tuple[str, int]:
    """``merchant:12``"""
    if not re.fullmatch(r"[a-z]+:[0-9]{1,18}", text):
        raise ArgumentTypeError(f"{text}: a kind and an id, like merchant:12")
    kind, _colon, pk = text.partition(":")
    return kind, int(pk)


class Command(BaseCommand):
    help = "List whom the access log shows affected by a leak, as CSV; see docs/leak-runbook.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=instant, required=True, help="first instant, in Korea")
        parser.add_argument("--until", type=instant, required=True, help="first instant after")
        parser.add_argument("--subject", type=subject, help="only looks at this, merchant:12")
        parser.add_argument("--actor", help="only looks by this person (e-mail address)")
        parser.add_argument("--address", help="only looks from this address")
        parser.add_argument("--out", type=Path, help="file to write; else standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        records = _matching(**options)
        people = list(subjects.affected_by(records))
        _record(people)  # before anything is handed out
        self._write(people, options["out"])
        for kind in subjects.unknown_kinds(records):
            self.stderr.write(f"Look by hand: records about {kind} lead to nobody.")
        self.stderr.write(f"{records.count()} records, {len(people)} people and businesses.")

    def _write(self, people: Iterable[tuple[Any, ...]], out: Path | None) -> None:
        rows = sorted([KINDS[kind], *rest] for kind, *rest in people)
        text = "".join(csv_file.lines(HEADER, rows))
        if out:
            with open(out, "w", encoding="utf-8", newline="", opener=_for_me_alone) as file:
                file.write(text)
        else:
            self.stdout.write(text, ending="")


def _record(people: Iterable[tuple[Any, ...]]) -> None:
    """The list itself is a look at everybody on it."""
    for kind, model in MODELS.items():
        access.record_for(
            None,
            action=AccessAction.EXPORT,
            subjects=(model, [row[1] for row in people if row[0] == kind]),
            what="manage.py affected_people",
            purpose="개인정보 유출 통지 대상 확인",
        )


def _for_me_alone(path: str, flags: int) -> int:
    """Open a file nobody else of the machine may read, also where it was there before."""
    opened = os.open(path, flags, 0o600)
    os.fchmod(opened, 0o600)
    return opened


def _matching(**options: Any) -> QuerySet[AccessRecord]:
    records = AccessRecord.objects.between(options["since"], options["until"])
    if options["subject"]:
        records = records.about(*options["subject"])
    if options["actor"]:
        records = records.filter(actor__email__iexact=options["actor"])
    if options["address"]:
        records = records.filter(address=options["address"])
    return records
