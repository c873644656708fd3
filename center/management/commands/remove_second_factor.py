from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation

from center import access, accounts
from center.models import AccessAction, User
from center.permissions import MANAGER, roles_of


class Command(BaseCommand):
    help = (
        "Remove the second factor of somebody who lost phone, key and recovery codes. "
        "Make sure first, face to face, that it is that person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="whose second factor")
        parser.add_argument("--as", dest="by", required=True, help="the manager who decided it")
        parser.add_argument("--reason", required=True, help="how it was made sure who asks")

    def handle(self, *args: Any, **options: Any) -> None:
        person, by = _person(options["email"]), _person(options["by"])
        if not _may_decide(by, person):
            raise CommandError("Another manager or a superuser decides this.")
        if not options["reason"].strip():
            raise CommandError("Say in a few words how it was made sure who asks.")
        with transaction.atomic(), translation.override("ko"):
            access.record_for(
                by,
                action=AccessAction.CHANGE,
                subjects=[person],
                what="manage.py remove_second_factor",
                purpose=options["reason"].strip(),
            )
            count = accounts.remove_second_factor(person=person)
        self.stdout.write(f"{count} removed; {person.email} is logged out and told by mail.")


def _person(email: str) -> User:
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        raise CommandError(f"Nobody logs in with {email}.")
    return person


def _may_decide(by: User, person: User) -> bool:
    leads = by.is_superuser or MANAGER in roles_of(by)
    return by.is_active and leads and by.pk != person.pk
