"""Forms of offices: taken in, taken away, filled. The one writer of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from center.reports import office_refusals as refusals
from center.reports import selectors
from center.reports.models import Edition, OfficeForm
from center.reports.office import FILLERS
from center.reports.office.names import Said, missing, plain, vocabulary


@dataclass(frozen=True)
class Checked:
    """The names of a form: those the newest edition knows, and the others."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]


def check(*, data: bytes, extension: str) -> Checked:
    """Raises RuleViolation("no_form" | "form_too_large" | "form_with_program" |
    "form_without_names")."""
    if extension not in FILLERS:
        raise RuleViolation(refusals.no_form())
    found, words = FILLERS[extension].names(data), newest_vocabulary()
    known = tuple(name for name in found if plain(name) in words)
    if not known:
        raise RuleViolation(refusals.no_names())
    return Checked(known, tuple(name for name in found if name not in known))


@transaction.atomic
def add(*, name: str, data: bytes, extension: str, by: User) -> OfficeForm:
    """Raises RuleViolation as ``check`` does, and "form_name_taken"."""
    checked = check(data=data, extension=extension)
    try:
        with transaction.atomic():
            return OfficeForm.objects.create(
                name=name,
                format=extension,
                data=data,
                digest=hashlib.sha256(data).hexdigest(),
                names=list(checked.known),
                unknown=list(checked.unknown),
                added_by=by,
            )
    except IntegrityError as error:
        raise RuleViolation(refusals.name_taken()) from error


@transaction.atomic
def retire(*, pk: int, by: User) -> None:
    """Take a form away; of one that is gone already, nothing happens."""
    form = OfficeForm.objects.in_use().select_for_update(no_key=True).filter(pk=pk).first()
    if form is not None:
        form.retired_at, form.retired_by = clock.now(), by
        form.save(update_fields=["retired_at", "retired_by"])


def newest_edition() -> Edition | None:
    """The edition forms are checked against; none before the first is frozen."""
    return Edition.objects.order_by("-ends", "-version").defer("content").first()


def newest_vocabulary() -> dict[str, Said]:
    edition = newest_edition()
    return said_by(selectors.public(edition)) if edition else {}


def newest_names() -> list[tuple[str, Said]]:
    """The same in the order of the report."""
    return list(newest_vocabulary().items())


def said_by(found: selectors.Source) -> dict[str, Said]:
    return vocabulary(found.content, selectors.outlined(found, "ko"))


def fill(*, form: OfficeForm, found: selectors.Source) -> bytes:
    """The form with the numbers of an edition that may leave the house; a dash where this
    edition lacks a row that the newest had when the form came."""
    words = said_by(found)
    said = {plain(name): words.get(plain(name), missing(name)) for name in form.names}
    return FILLERS[form.format].fill(bytes(form.data), said)
