"""Reads on businesses, shaped for pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import PROTECT, Case, Exists, OuterRef, Q, QuerySet, When
from django.http import Http404
from django.shortcuts import get_object_or_404

from center import rows
from center.models import User
from merchants.models import (
    Document,
    DocumentKind,
    DocumentPage,
    JoinRequest,
    Membership,
    Merchant,
    MerchantState,
    ReturnReason,
    Suspension,
)

# ``membership_of`` by hand and without the membership: every booking and timetable asks it.
_MERCHANT_SQL = """
SELECT b.* FROM merchants_merchant b JOIN merchants_membership m ON m.merchant_id = b.id
WHERE m.user_id = %s ORDER BY b.state = 'draft', m.joined_at, m.id LIMIT 1
"""


def merchant_of(user: User | AnonymousUser) -> Merchant | None:
    """The business a person acts for. One query."""
    if not isinstance(user, User):
        return None
    return next(iter(rows.read(Merchant, _MERCHANT_SQL, [user.pk])), None)


def membership_of(user: User) -> Membership | None:
    """How a person belongs to the business he acts for: the one joined first among those the
    center knows; a draft of his own comes after them. One query."""
    is_draft = Q(merchant__state=MerchantState.DRAFT)
    return (
        Membership.objects.filter(user=user)
        .select_related("merchant")
        .order_by(Case(When(is_draft, then=1), default=0), "joined_at", "pk")
        .first()
    )


def owned_merchant(user: User) -> Merchant:
    """The business a person owns and acts for; Http404 for members, who do not see its papers."""
    membership = membership_of(user)
    if membership is None or not membership.is_owner:
        raise Http404
    return membership.merchant


def unused() -> QuerySet[Merchant]:
    """Businesses on which nothing hangs that protects them, such as bookings; also what apps
    above this one keep of them."""
    kept = [row.name for row in Merchant._meta.related_objects if row.on_delete is PROTECT]
    return Merchant.objects.filter(**{f"{name}__isnull": True for name in kept})


@dataclass(frozen=True)
class PaperCard:
    """A kind of paper asked of a business, and what was handed in of it."""

    kind: DocumentKind
    paper: Document | None
    files: list[DocumentPage]
    has_run_out: bool
    runs_out_soon: bool

    @property
    def is_changeable(self) -> bool:
        """Staff have not checked it: files may still come and go."""
        return self.paper is None or self.paper.checked_at is None

    @property
    def is_wanted(self) -> bool:
        """Something is to be done about it."""
        if self.paper is None:
            return self.kind.is_needed
        return self.paper.lacks_entries or self.has_run_out or self.runs_out_soon


def papers_of(merchant: Merchant, day: dt.date) -> list[PaperCard]:
    """What is asked of a business and what it handed in. 3 queries."""
    papers = merchant.documents.current().select_related("kind").prefetch_related("files")
    there = {paper.kind_id: paper for paper in papers}
    asked = list(DocumentKind.objects.asked_of(merchant.kind))
    # A kind no longer asked for still shows what was handed in of it.
    asked += [paper.kind for paper in there.values() if paper.kind not in asked]
    return [_card(kind, there.get(kind.pk), day) for kind in asked]


def _card(kind: DocumentKind, paper: Document | None, day: dt.date) -> PaperCard:
    return PaperCard(
        kind=kind,
        paper=paper,
        files=list(paper.files.all()) if paper else [],
        has_run_out=paper is not None and paper.has_run_out(day),
        runs_out_soon=paper is not None and paper.runs_out_soon(day),
    )


def file_for(user: User, public_id: object, position: int) -> DocumentPage:
    """A file of a paper for its business's owner, or for staff once it was handed in; else
    Http404, so that nobody learns which papers exist. One query."""
    own = Membership.objects.filter(
        merchant=OuterRef("document__merchant"), user=user, role=Membership.Role.OWNER
    )
    allowed = Q(Exists(own))
    if user.has_perm("merchants.view_document"):
        allowed |= Q(document__merchant__in=Merchant.objects.known_to_staff())
    files = DocumentPage.objects.select_related("document__merchant", "document__kind").filter(
        allowed, stored_name__isnull=False
    )
    return get_object_or_404(files, document__public_id=public_id, position=position)


def suspension_of(merchant: Merchant, now: dt.datetime) -> Suspension | None:
    """The suspension that ends last of those in force. One query."""
    return merchant.suspensions.in_force(now).order_by("-ends").first()


def open_requests_of(user: User) -> list[JoinRequest]:
    """What a person asked owners and has no answer to yet. One query."""
    return list(user.join_requests.filter(state=JoinRequest.State.OPEN).select_related("merchant"))


def join_requests_to(merchant: Merchant) -> list[JoinRequest]:
    """Who asked to be let in and has no answer yet. One query."""
    if not merchant.is_proven:
        return []
    return list(merchant.join_requests.filter(state=JoinRequest.State.OPEN).select_related("user"))


def return_reasons_of(merchant: Merchant) -> list[str]:
    """Why a registration was returned, in words."""
    return [str(ReturnReason(code).label) for code in merchant.return_reasons]


def is_overdue(merchant: Merchant, now: dt.datetime) -> bool:
    """Staff promised an answer by a time that has passed."""
    return merchant.decide_until is not None and merchant.decide_until < now
