"""Compares rows with the businesses there are, and writes what differs.

Rows go in chunks of 500, each chunk a transaction of its own: a run that is cut off keeps
the chunks before, and the same file run again goes on. Statements of a chunk: two to find
its businesses, one to insert, one to update, and the transaction's own; only where the
database refuses a chunk are its rows tried one by one, so that a bad row costs no other.

A business that is new here starts ``returned``: its number is taken, it cannot book, its
owner completes it and submits it with papers, and no operator's queue fills up. With
``adopt`` one whose date lies ahead, and no further than a verification of today could reach,
starts ``verified`` until then. A business that is here already keeps its state and its
verification: those are for the people who look at papers (``services.takeover``).
"""

from __future__ import annotations

import enum
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from center import clock
from center.models import User
from merchants.models import Merchant, MerchantKind
from merchants.register_import import values
from merchants.register_import.columns import HEADINGS
from merchants.register_import.rows import Key, Row
from merchants.services import takeover

CHUNK = 500


class Outcome(enum.StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Planned:
    """What a row leads to: a new business, changes of one, nothing, or sentences why not."""

    row: Row
    outcome: Outcome
    merchant: Merchant | None = None
    entries: dict[str, Any] = field(default_factory=dict)
    errors: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        return self.outcome in (Outcome.NEW, Outcome.CHANGED)


@dataclass
class Report:
    """How many rows came to what, refused and changed ones by line number, whom it touched."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    refusals: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    changes: list[tuple[int, list[str]]] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    adoptable: int = 0

    def add(self, planned: Iterable[Planned]) -> None:
        for row in planned:
            number = row.row.line.number
            self.counts[row.outcome] += 1
            if row.outcome == Outcome.REFUSED:
                self.refusals.append((number, row.errors))
            elif row.outcome == Outcome.CHANGED:
                self.changes.append((number, [HEADINGS[name] for name in row.entries]))
            elif row.outcome == Outcome.NEW:
                self.adoptable += takeover.is_adoptable(row.row.verified_until, clock.today())
            if row.writes and row.merchant and row.merchant.pk:
                self.touched.append(row.merchant.pk)


def try_out(rows: Iterable[Row]) -> Report:
    """What a run would do, as things stand; writes nothing. Two statements a chunk."""
    report = Report()
    for chunk in _chunks(rows):
        report.add(plan(chunk))
    return report


def run(rows: Iterable[Row], *, adopt: bool, by: User | None) -> Report:
    """Take the rows over. ``by`` decides where former verifications are adopted."""
    report = Report()
    for chunk in _chunks(rows):
        with transaction.atomic():
            report.add(write(plan(chunk, lock=True), adopt=adopt, by=by))
    return report


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while chunk := list(itertools.islice(rest, CHUNK)):
        yield chunk


# Comparing -----------------------------------------------------------------------------------


def plan(rows: Sequence[Row], *, lock: bool = False) -> list[Planned]:
    """What each row leads to. With ``lock`` inside a transaction that writes it."""
    here = _businesses(rows, lock)
    return [_planned(row, here.get(row.key, [])) for row in rows]


def _businesses(rows: Sequence[Row], lock: bool) -> dict[Key, list[Merchant]]:
    """The registered businesses the rows may mean; drafts are their owners' alone."""
    registered = Merchant.objects.registered().order_by("pk")
    if lock:
        registered = registered.select_for_update(no_key=True)
    good = [row for row in rows if not row.errors]
    numbers = [row.entries["number"] for row in good if "number" in row.entries]
    names = [row.entries["name"] for row in good if "number" not in row.entries]
    found: dict[Key, list[Merchant]] = {}
    for merchant in registered.holders().filter(number__in=numbers) if numbers else ():
        found[(merchant.number or "",)] = [merchant]
    founders = registered.filter(number=None, kind=MerchantKind.PRE_FOUNDER, name__in=names)
    for merchant in founders if names else ():
        found.setdefault((merchant.name, merchant.phone), []).append(merchant)
    return found


def _planned(row: Row, here: Sequence[Merchant]) -> Planned:
    if row.errors:
        return Planned(row, Outcome.REFUSED, errors=row.errors)
    if len(here) > 1:
        sentence = _("Several founders of this name and telephone are registered.")
        return Planned(row, Outcome.REFUSED, errors=(sentence,))
    if here:
        return _difference(row, here[0])
    if missing := row.missing():
        return Planned(row, Outcome.REFUSED, errors=tuple(missing))
    kind = row.entries.get("kind") or values.kind_of_number(row.entries["number"])
    return Planned(row, Outcome.NEW, entries={**row.entries, "kind": kind})


def _difference(row: Row, merchant: Merchant) -> Planned:
    changed = {
        name: value for name, value in row.entries.items() if value != getattr(merchant, name)
    }
    return Planned(row, Outcome.CHANGED if changed else Outcome.SAME, merchant, changed)


# Writing -------------------------------------------------------------------------------------


def write(planned: Sequence[Planned], *, adopt: bool, by: User | None) -> list[Planned]:
    """Write a chunk; comes back with its businesses, and rows the database refused as such."""
    ready = [_ready(row, adopt=adopt, by=by) for row in planned]
    try:
        with transaction.atomic():
            _write(ready)
        return ready
    except DatabaseError:
        return [_write_alone(row) for row in ready]


def _write(rows: Sequence[Planned]) -> None:
    new = [row.merchant for row in rows if row.outcome == Outcome.NEW and row.merchant]
    changed = [row for row in rows if row.outcome == Outcome.CHANGED]
    takeover.write(
        new=new,
        changed=[row.merchant for row in changed if row.merchant],
        fields=set().union(*(row.entries for row in changed)),
    )


def _write_alone(row: Planned) -> Planned:
    try:
        with transaction.atomic():
            _write([row])
        return row
    except DatabaseError:
        sentence = _("Could not be saved: it met another change. Take this row over once more.")
        return Planned(row.row, Outcome.REFUSED, errors=(sentence,))


def _ready(row: Planned, *, adopt: bool, by: User | None) -> Planned:
    """The row with its business as it is to be written."""
    if row.outcome == Outcome.NEW:
        now = clock.now()
        adopted = adopt and takeover.is_adoptable(row.row.verified_until, clock.day_of(now))
        merchant = takeover.take_over(
            entries=row.entries,
            verified_until=row.row.verified_until if adopted else None,
            by=by,
            now=now,
        )
        return Planned(row.row, row.outcome, merchant, row.entries)
    if row.outcome == Outcome.CHANGED and row.merchant:
        takeover.bring_up_to_date(merchant=row.merchant, entries=row.entries)
    return row
