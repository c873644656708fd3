"""Django's own, for a portal that is in use meanwhile; see ``center.updates``."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from center import updates


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]

        def work() -> None:
            with connection.execute_wrapper(updates.brief):
                super(Command, self).handle(*args, **options)

        updates.again(work, told=self.stdout.write)
