from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from center import catalogue


class Command(BaseCommand):
    help = "Merge the messages of sources and templates into the catalogues; name what is open."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue.update("ko")
        for problem in catalogue.problems():
            self.stdout.write(problem)
        catalogue.compile_all()
