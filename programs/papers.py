"""Papers a program needs, and what a business has of them on file already."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from merchants.models import Document, DocumentKind, Merchant
from programs.models import Program


@dataclass(frozen=True)
class Need:
    """A kind of paper a program asks for, and the business's own, if it has handed one in."""

    kind: DocumentKind
    paper: Document | None
    has_run_out: bool

    @property
    def is_met(self) -> bool:
        return self.paper is not None and not self.has_run_out and not self.paper.lacks_entries


def needs(program: Program, merchant: Merchant, day: dt.date) -> list[Need]:
    """Every paper asked for, in order; those on file are used again. 2 queries."""
    kinds = list(program.papers.all())
    if not kinds:
        return []
    there = merchant.documents.current().filter(kind__in=kinds).select_related("kind")
    papers = {paper.kind_id: paper for paper in there}
    return [_need(kind, papers.get(kind.pk), day) for kind in kinds]


def _need(kind: DocumentKind, paper: Document | None, day: dt.date) -> Need:
    return Need(kind, paper, paper is not None and paper.has_run_out(day))


def missing(program: Program, merchant: Merchant, day: dt.date) -> list[str]:
    """The names of papers that are missing, incomplete or have run out."""
    return [str(need.kind) for need in needs(program, merchant, day) if not need.is_met]
