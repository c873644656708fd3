from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from center.storage import HouseStaticFilesStorage


class Command(BaseCommand):
    help = "Put the collected static files beside those of other releases, for the proxy."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="from where the proxy serves /static/")

    def handle(self, *args: Any, **options: Any) -> None:
        if not isinstance(staticfiles_storage, HouseStaticFilesStorage):
            raise CommandError("Static files have no content hashes here: see ENVIRONMENT.")
        number = staticfiles_storage.publish(options["folder"])
        self.stdout.write(f"{number} static files are new in {options['folder']}.")
