from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from center import retention


class Command(BaseCommand):
    help = "Count the personal data whose time is over; with --destroy, destroy it."

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--dry-run", action="store_true", help="only count (the default)")
        choice.add_argument("--destroy", action="store_true", help="destroy, with the ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        for outcome in retention.run(destroy=options["destroy"]):
            rule = outcome.rule
            done = f"{outcome.destroyed} destroyed" if options["destroy"] else "nothing changed"
            if rule.destroy is None:
                done = "pointed out only"
            self.stdout.write(f"{rule.code}: {outcome.due} due, {done} – {rule.basis}")
