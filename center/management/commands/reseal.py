from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from center import accounts


class Command(BaseCommand):
    help = "Seal the secrets of second factors with the SECRET_KEY of today; run it twice freely."

    def handle(self, *args: Any, **options: Any) -> None:
        count = accounts.reseal_second_factors()
        self.stdout.write(f"{count} sealed anew.")
