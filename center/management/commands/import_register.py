"""Take over a register of businesses from the command line, as the page in the admin does."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError

from center import access
from center.errors import RuleViolation
from center.models import AccessAction, User
from merchants.models import RegisterImport
from merchants.register_import import files, uploads


class Command(BaseCommand):
    help = "Take over a register of businesses (XLSX or CSV); --dry-run only says what it would do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="write no business")
        parser.add_argument(
            "--adopt", action="store_true", help="let former verifications still in force count"
        )
        parser.add_argument("--as", dest="email", help="whose doing the history says it is")
        parser.add_argument("--errors", type=Path, help="where to write the refused rows (CSV)")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = _actor(options["email"])
        try:
            upload = uploads.try_file(
                content=options["file"].read_bytes(), file_name=options["file"].name, by=actor
            )
            if not options["dry_run"]:
                _run(upload, actor, adopt=options["adopt"])
        except OSError as error:
            raise CommandError(str(error)) from error
        except RuleViolation as refusal:
            violation = refusal.violations[0]
            raise CommandError(f"{violation.message} {violation.remedy}") from refusal
        self._tell(upload)
        if options["errors"]:
            options["errors"].write_bytes(b"".join(files.error_list(upload)))

    def _tell(self, upload: RegisterImport) -> None:
        for line, sentences in upload.refusals:
            self.stderr.write(f"{line}: {' / '.join(sentences)}")
        figures = (
            f"{name} {getattr(upload, name)}" for name in ("new", "changed", "same", "refused")
        )
        self.stdout.write(f"{upload.get_state_display()}: {', '.join(figures)}")


def _actor(email: str | None) -> User | None:
    if email is None:
        return None
    try:
        return User.objects.get(email__iexact=email, is_staff=True)
    except User.DoesNotExist:
        raise CommandError(f"Nobody on the staff has the address {email}.") from None


def _run(upload: RegisterImport, actor: User | None, *, adopt: bool) -> None:
    with pghistory.context(command="import_register", user=actor.pk if actor else None):
        report = uploads.run(upload=upload, adopt=adopt, by=actor)
    access.record_for(
        actor,
        action=AccessAction.CHANGE,
        subjects=("merchant", report.touched),
        what=uploads.what(upload),
    )
