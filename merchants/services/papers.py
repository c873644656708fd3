"""Papers of a business: handing in, describing, taking back, and their end.

A file is stored before its row is written and deleted after its row is gone, so that a
process killed in between leaves at most a file nobody names, which the sweep of
``rotate_paper_keys`` finds, never a row without its file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants import refusals
from merchants.models import Document, DocumentKind, DocumentPage, Merchant, MerchantState
from merchants.papers import store
from merchants.papers.intake import CleanFile
from merchants.services import review
from merchants.services.locking import lock_merchant


@transaction.atomic
def hand_in(
    *,
    merchant: Merchant,
    kind: DocumentKind,
    files: Sequence[CleanFile],
    entries: Mapping[str, Any],
    by: User,
) -> Document:
    """Add files to the business's paper of that kind and note what stands on it.

    ``entries`` holds ``number`` and ``valid_until`` as far as they are known. A paper staff
    have checked is never changed: new files begin one that takes its place. Raises
    RuleViolation ``no_pages`` where there is nothing yet to add the entries to, or
    ``too_many_pages``.
    """
    merchant = lock_merchant(merchant.pk)
    paper = merchant.documents.current().filter(kind=kind).first()
    if paper is None or paper.checked_at is not None:
        if not files:
            raise RuleViolation(refusals.no_pages())
        paper = _begin(merchant, kind, by, instead_of=paper)
    changed = _add(paper, files) | _describe(paper, entries)
    if changed:
        _touch(merchant, paper)
    return paper


def _add(paper: Document, files: Sequence[CleanFile]) -> bool:
    if paper.files.count() + len(files) > settings.PAPER_FILES:
        raise RuleViolation(refusals.too_many_pages(settings.PAPER_FILES))
    last = paper.files.aggregate(last=Max("position"))["last"] or 0
    DocumentPage.objects.bulk_create(
        _stored(paper, position, file) for position, file in enumerate(files, last + 1)
    )
    return bool(files)


def _describe(paper: Document, entries: Mapping[str, Any]) -> bool:
    changed = [name for name, value in entries.items() if getattr(paper, name) != value]
    for name in changed:
        setattr(paper, name, entries[name])
    if changed:
        paper.save(update_fields=changed)
    return bool(changed)


def content_of(file: DocumentPage) -> bytes:
    """The decrypted file. Raises PaperLost or PaperUnreadable (see ``papers.store``)."""
    if file.stored_name is None:
        raise store.PaperLost(f"the file {file.pk} has been destroyed")
    return store.load(file.stored_name, key_id=file.key_id)


def _begin(
    merchant: Merchant, kind: DocumentKind, by: User, *, instead_of: Document | None
) -> Document:
    now = clock.now()
    if instead_of is not None:
        _end(instead_of, Document.State.REPLACED, now)
    return Document.objects.create(merchant=merchant, kind=kind, uploaded_by=by, uploaded_at=now)


def _stored(paper: Document, position: int, file: CleanFile) -> DocumentPage:
    stored = store.save(file.content)
    return DocumentPage(
        document=paper,
        position=position,
        stored_name=stored.name,
        key_id=stored.key_id,
        content_type=file.content_type,
        size=len(file.content),
        sha256=file.sha256,
        name=file.name,
        pages=file.pages,
    )


@transaction.atomic
def remove_file(*, file: DocumentPage) -> None:
    """Take one file of a paper back before staff checked it; the last one ends the paper, and
    the one it was to replace is in use again.

    Removing twice changes nothing. Raises RuleViolation ``paper_checked``.
    """
    merchant = lock_merchant(file.document.merchant_id)
    paper = Document.objects.get(pk=file.document_id)
    current = paper.files.filter(pk=file.pk).first()
    if current is None:
        return
    if paper.checked_at is not None:
        raise RuleViolation(refusals.paper_checked())
    _destroy([current])
    current.delete()
    if not paper.files.exists():
        _end(paper, Document.State.REMOVED, clock.now())
        _use_again_before(paper)
    _touch(merchant, paper)


def _use_again_before(paper: Document) -> None:
    """The paper replaced by ``paper``, as long as its files are kept."""
    replaced = Document.objects.filter(
        merchant=paper.merchant_id, kind=paper.kind_id, state=Document.State.REPLACED
    )
    last = replaced.filter(ended_at=paper.uploaded_at, files__stored_name__isnull=False).first()
    if last is not None:
        last.state, last.ended_at = Document.State.CURRENT, None
        last.save(update_fields=["state", "ended_at"])


def mark_checked(merchant: Merchant, now: dt.datetime) -> None:
    """Staff have looked at the papers in use; identity papers are not kept any longer.

    Part of a verification, under its lock.
    """
    papers = merchant.documents.current()
    papers.filter(checked_at=None).update(checked_at=now)
    destroy_files(
        DocumentPage.objects.filter(document__in=papers, document__kind__is_identity=True)
    )


@transaction.atomic
def destroy_files(files: Iterable[DocumentPage]) -> int:
    """Destroy the contents of files; what they were stays noted. Returns how many.

    The rows are read anew under their lock: a change of keys gives files new names.
    The files are gone when the surrounding transaction is committed.
    """
    rows = DocumentPage.objects.filter(pk__in=[file.pk for file in files])
    doomed = list(rows.exclude(stored_name=None).order_by("pk").select_for_update())
    _destroy(doomed)
    rows.filter(pk__in=[file.pk for file in doomed]).update(stored_name=None)
    return len(doomed)


def _destroy(files: Iterable[DocumentPage]) -> None:
    for name in [file.stored_name for file in files if file.stored_name]:
        # One that cannot be reached now goes with the files nobody names.
        transaction.on_commit(partial(store.delete, name), robust=True)


def _end(paper: Document, state: Document.State, now: dt.datetime) -> None:
    paper.state, paper.ended_at = state, now
    paper.save(update_fields=["state", "ended_at"])


def _touch(merchant: Merchant, paper: Document) -> None:
    """A paper changed: a decision on an older sight is refused, a verified business is
    looked at again."""
    merchant.revision += 1
    if merchant.state == MerchantState.VERIFIED:
        review.ask(merchant)
    merchant.save(update_fields=["revision", *review.FIELDS])
    Document.objects.filter(pk=paper.pk).update(touched_at_revision=merchant.revision)
