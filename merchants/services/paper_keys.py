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
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from center import clock
from merchants.papers import keepers, store
from merchants.papers.keepers import Keeper
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
    for keeper in keepers.every():
        for file in _others(keeper):
            try:
                rotation.done += _encrypt_anew(keeper, file)
            except (store.PaperLost, store.PaperUnreadable) as error:
                rotation.unreadable.append(str(error))
    return rotation


def left_under() -> Counter[str]:
    """How many papers still need which other key."""
    left: Counter[str] = Counter()
    for keeper in keepers.every():
        left.update(_not_current(keeper).values_list("key_id", flat=True))
    return left


def sweep_orphans() -> int:
    """Delete files older than an hour that no row of ``papers.keepers`` names; returns how
    many."""
    removed = 0
    settled = store.names(before=clock.now() - _SETTLED)
    while batch := list(islice(settled, _BATCH)):
        for name in set(batch) - _named(batch):
            store.delete(name)
            removed += 1
    return removed


def _named(batch: list[str]) -> set[str]:
    named: set[str] = set()
    for keeper in keepers.every():
        rows = _rows(keeper).filter(stored_name__in=batch)
        named.update(rows.values_list("stored_name", flat=True))
    return named


def _rows(keeper: Keeper) -> QuerySet[Any]:
    return keeper.model._default_manager.all()


def _not_current(keeper: Keeper) -> QuerySet[Any]:
    stored = _rows(keeper).filter(stored_name__isnull=False)
    others = stored.exclude(key_id=store.current_key_id())
    if keeper.business:
        others = others.annotate(business=F(keeper.business))
    return others.order_by("pk")


def _others(keeper: Keeper) -> Iterator[Any]:
    last = 0
    while batch := list(_not_current(keeper).filter(pk__gt=last)[:_BATCH]):
        yield from batch
        last = batch[-1].pk


def _encrypt_anew(keeper: Keeper, file: Any) -> bool:
    """False where somebody else was faster, or destroyed the paper meanwhile."""
    old = str(file.stored_name)
    new = store.save(store.load(old, key_id=file.key_id))
    turned = _turn(keeper, file, old, new)
    if not turned:
        store.delete(new.name)
    return turned


@transaction.atomic
def _turn(keeper: Keeper, file: Any, old: str, new: store.StoredFile) -> bool:
    """Under the lock of the business, or of the row, which destroying a paper takes too: it
    never deletes a file by a name that has just changed."""
    if keeper.business:
        lock_merchant(file.business)
    rows = _rows(keeper).filter(pk=file.pk, stored_name=old)
    turned = bool(rows.update(stored_name=new.name, key_id=new.key_id))
    if turned:
        # Else it goes with the files nobody names.
        transaction.on_commit(lambda: store.delete(old), robust=True)
    return turned
