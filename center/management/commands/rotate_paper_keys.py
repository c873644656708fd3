from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from merchants.services import paper_keys


class Command(BaseCommand):
    help = "Encrypt every stored paper with the first of PAPERS_KEYS. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sweep-orphans",
            action="store_true",
            help="afterwards delete files older than an hour that no paper names",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rotation = paper_keys.rotate()
        self.stdout.write(f"{rotation.done} papers encrypted anew.")
        for reason in rotation.unreadable:
            self.stderr.write(reason)
        if options["sweep_orphans"]:
            self.stdout.write(f"{paper_keys.sweep_orphans()} files without a paper deleted.")
        if left := paper_keys.left_under():
            keys = ", ".join(f"{count} under key {key}" for key, count in sorted(left.items()))
            raise CommandError(f"Left: {keys}. Keep their keys in PAPERS_KEYS.")
        self.stdout.write("Nothing is left under another key; former ones can be taken out.")
