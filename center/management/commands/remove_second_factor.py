from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from center import accounts
from center.models import User


class Command(BaseCommand):
    help = (
        "Remove the second factor of somebody who lost phone, key and recovery codes. "
        "Make sure first, face to face, that it is that person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError(f"Nobody logs in with {options['email']}.")
        with translation.override("ko"):
            count = accounts.remove_second_factor(person=person)
        self.stdout.write(f"{count} removed; {person.email} is logged out and told by mail.")
