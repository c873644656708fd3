"""Bringing stored papers under the first key, and clearing away files nobody names.

A file is written under the new key and its row turned to it before the old one is deleted, so
that a process killed at any point leaves at most a file too many, never one too few. Safe to
run again and side by side.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from center import clock
from merchants.models import DocumentPage
from merchants.papers import store
from merchants.services.locking import lock_merchant

#: younger files may belong to a row that is just being written
_SETTLED = dt.timedelta(hours=1)
_BATCH = 500


@dataclass
class Rotation:
    """What a run did; ``unreadable`` says of each file it could not read why."""

    done: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate() -> Rotation:
    """Encrypt every paper that is not under the first of PAPERS_KEYS anew with it."""
    rotation = Rotation()
    for file in _others():
        try:
            rotation.done += _encrypt_anew(file)
        except (store.PaperLost, store.PaperUnreadable) as error:
            rotation.unreadable.append(str(error))
    return rotation


def left_under() -> Counter[str]:
    """How many papers still need which other key."""
    return Counter(_not_current().values_list("key_id", flat=True))


def sweep_orphans() -> int:
    """Delete files older than an hour that no paper names; returns how many.

    ``DocumentPage`` is the only model that keeps files in the storage ``papers``.
    """
    removed = 0
    settled = store.names(before=clock.now() - _SETTLED)
    while batch := list(islice(settled, _BATCH)):
        named = DocumentPage.objects.filter(stored_name__in=batch)
        for name in set(batch) - set(named.values_list("stored_name", flat=True)):
            store.delete(name)
            removed += 1
    return removed


def _not_current() -> QuerySet[DocumentPage]:
    stored = DocumentPage.objects.filter(stored_name__isnull=False)
    others = stored.exclude(key_id=store.current_key_id())
    return others.select_related("document").order_by("pk")


def _others() -> Iterator[DocumentPage]:
    last = 0
    while batch := list(_not_current().filter(pk__gt=last)[:_BATCH]):
        yield from batch
        last = batch[-1].pk


def _encrypt_anew(file: DocumentPage) -> bool:
    """False where somebody else was faster, or destroyed the paper meanwhile."""
    old = str(file.stored_name)
    new = store.save(store.load(old, key_id=file.key_id))
    turned = _turn(file, old, new)
    if not turned:
        store.delete(new.name)
    return turned


@transaction.atomic
def _turn(file: DocumentPage, old: str, new: store.StoredFile) -> bool:
    """Under the lock of the business, which destroying a paper takes too: it never deletes a
    file by a name that has just changed."""
    lock_merchant(file.document.merchant_id)
    rows = DocumentPage.objects.filter(pk=file.pk, stored_name=old)
    turned = bool(rows.update(stored_name=new.name, key_id=new.key_id))
    if turned:
        transaction.on_commit(lambda: store.delete(old))
    return turned
