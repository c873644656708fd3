"""What hangs on a business, as staff see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from center import clock
from merchants.models import Document, JoinRequest, Membership, Merchant, Suspension


def current_papers(merchant: Merchant) -> list[Document]:
    """The papers in use with their files, in the order of their kinds. 2 queries."""
    papers = merchant.documents.current().select_related("kind")
    return list(papers.prefetch_related("files"))


@dataclass(frozen=True)
class Sheet:
    """A page to look at: which file of its paper, which page of the file, which of all."""

    position: int
    page: int
    number: int


@dataclass(frozen=True)
class PaperView:
    """A paper with all its pages; ``is_new`` if staff have not checked it yet."""

    paper: Document
    sheets: Sequence[Sheet]
    is_new: bool


def view_of(paper: Document) -> PaperView:
    """No query where the files are prefetched."""
    kept = [file for file in paper.files.all() if file.stored_name]
    pages = [(file.position, page) for file in kept for page in range(1, file.pages + 1)]
    sheets = [Sheet(position, page, n) for n, (position, page) in enumerate(pages, 1)]
    return PaperView(paper, sheets, paper.checked_at is None)


@dataclass(frozen=True)
class Dossier:
    """What hangs on a business, for staff."""

    papers: Sequence[Document]
    members: Sequence[Membership]
    requests: Sequence[JoinRequest]
    suspensions: Sequence[tuple[Suspension, bool]]


def dossier_of(merchant: Merchant) -> Dossier:
    """Papers in use, people, and suspensions with whether they are in force. 5 queries."""
    now = clock.now()
    suspensions = merchant.suspensions.select_related("imposed_by", "lifted_by")
    return Dossier(
        papers=current_papers(merchant),
        members=list(merchant.memberships.select_related("user")),
        requests=list(merchant.join_requests.select_related("user", "decided_by")),
        suspensions=[(row, row.is_in_force(now)) for row in suspensions],
    )
