from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from center.backup import restoring
from center.backup.errors import BackupError


class Command(BaseCommand):
    help = "Bring back what manage.py backup wrote. Stop web servers, workers and beats before."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="the folder of the backup")
        parser.add_argument(
            "--replace", action="store_true", help="destroy what the database holds now"
        )
        parser.add_argument(
            "--without-keys",
            action="store_true",
            help="bring back papers that PAPERS_KEYS cannot open",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = restoring.restore(
                options["source"].absolute(),
                replace=options["replace"],
                without_keys=options["without_keys"],
            )
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        found = done.manifest
        self.stdout.write(
            f"The backup of {found.made_at} ({found.center}) is whole; {done.opened} papers tried"
            " open."
        )
        if done.replaced:
            self.stdout.write(f"{done.replaced} tables that were there are gone.")
        self.stdout.write(
            f"Brought back: {sum(found.rows.values())} rows of {len(found.rows)} tables,"
            f" counted; {done.papers} papers, the others were there."
        )
        if done.pending:
            self.stdout.write("This portal is newer than the backup: run manage.py migrate next.")
        self.stdout.write(
            "Destroy again what was destroyed since the backup: manage.py retention --destroy,"
            " and the rights requests answered since."
        )
