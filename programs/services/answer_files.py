"""Files that answer a question: kept as soon as they are sent, encrypted as papers are."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import transaction

from center import clock
from center.errors import RuleViolation
from merchants.papers import store
from merchants.papers.intake import CleanFile
from merchants.services.locking import lock_merchant
from programs import refusals
from programs.models import AnswerFile, Application, Question
from programs.services.apply_rules import refuse_unless_editable


@transaction.atomic
def keep(*, application: Application, question: Question, file: CleanFile) -> AnswerFile:
    """Add a file to an answer. Raises RuleViolation ``too_many_files``, or those of
    ``refuse_unless_editable``."""
    application = _editable(application)
    there = AnswerFile.objects.filter(application=application, question=question)
    if there.count() >= settings.PROGRAM_FILES:
        raise RuleViolation(refusals.too_many_files(settings.PROGRAM_FILES))
    stored = store.save(file.content)
    return AnswerFile.objects.create(
        application=application,
        question=question,
        stored_name=stored.name,
        key_id=stored.key_id,
        content_type=file.content_type,
        size=len(file.content),
        sha256=file.sha256,
        name=file.name,
    )


@transaction.atomic
def remove(*, file: AnswerFile) -> None:
    """Take a file back. Twice changes nothing. Raises as ``refuse_unless_editable``."""
    _editable(file.application)
    row = AnswerFile.objects.filter(pk=file.pk).first()
    if row is not None:
        destroy([row])
        row.delete()


def content_of(file: AnswerFile) -> bytes:
    """The decrypted file. Raises PaperLost or PaperUnreadable (see ``papers.store``)."""
    if file.stored_name is None:
        raise store.PaperLost(f"the file {file.public_id} has been destroyed")
    return store.load(file.stored_name, key_id=file.key_id)


def destroy(files: Iterable[AnswerFile]) -> None:
    """Delete the contents, once the surrounding transaction is committed; the rows are the
    caller's."""
    for name in [file.stored_name for file in files if file.stored_name]:
        # One that cannot be reached now goes with the files nobody names.
        transaction.on_commit(partial(store.delete, name), robust=True)


def _editable(application: Application) -> Application:
    lock_merchant(application.merchant_id)
    row = Application.objects.select_related("program").get(pk=application.pk)
    refuse_unless_editable(row, row.program, clock.now())
    return row
