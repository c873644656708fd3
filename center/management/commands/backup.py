from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from center.backup import making
from center.backup.errors import BackupError


class Command(BaseCommand):
    help = "Write the database and all papers (still encrypted) into a folder of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="a folder that is empty or not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"].absolute()
        try:
            made = making.make(target)
        except (BackupError, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        found = made.manifest
        rows, files = sum(found.rows.values()), sum(found.keys.values())
        self.stdout.write(
            f"{target}: {rows} rows of {len(found.rows)} tables and {files} papers as of"
            f" {found.made_at}, {made.bytes / 1e6:.1f} MB."
        )
        if found.gone:
            self.stdout.write(f"{len(found.gone)} papers were destroyed meanwhile.")
        if made.troubles:
            raise CommandError(f"The backup is whole, but {' And '.join(made.troubles)}")
        self.stdout.write(f"PAPERS_KEYS opens the {made.opened} papers tried; keep them elsewhere.")
