from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from center import catalogue


class Command(BaseCommand):
    help = "Fail if the Korean catalogue lacks, leaves empty or breaks a message."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if problems := catalogue.problems():
            raise CommandError("\n".join(problems))
