from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from center import catalogue


class Command(BaseCommand):
    help = "Compile the message catalogues."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue.compile_all()
