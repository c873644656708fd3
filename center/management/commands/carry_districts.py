from __future__ import annotations

from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandParser

from center import clock
from merchants import regions
from merchants.services.districts import Carried, carry


class Command(BaseCommand):
    help = "Carry businesses whose district code has ended to its successor. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        with pghistory.context(command="carry_districts"):
            carried = carry(day=clock.today(), dry_run=options["dry_run"])
        self._tell(carried, "would be carried" if options["dry_run"] else "carried")

    def _tell(self, carried: Carried, done: str) -> None:
        for (code, heir), count in carried.moved.items():
            self.stdout.write(f"{_named(code)} -> {_named(heir)}: {count} {done}")
        for code, count in carried.left.items():
            self.stdout.write(f"{_named(code)}: {count} left, no single successor; ask the owners")
        if not carried.moved and not carried.left:
            self.stdout.write("No business has a district code that has ended.")


def _named(code: str) -> str:
    return (
        f"{code} {regions.district_name(code)}" if regions.district(code) else f"{code} (unknown)"
    )
