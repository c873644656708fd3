"""Reminding owners in time of what runs out: papers, and the verification itself."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from center import clock
from center.models import User
from merchants import messages
from merchants.models import Document, Membership, Merchant, MerchantState
from merchants.models.documents import RENEWAL_DAYS


@transaction.atomic
def remind(*, day: dt.date) -> int:
    """Tell owners which papers, and which verifications, end within 30 days, ``day`` included.

    Once for each date: one that is corrected is told anew. Where a paper ends no later than
    the verification, its reminder says all there is to do; nothing is said of a verification
    while staff have something new of the business to look at. Returns how many reminders are
    due. Safe to run at any time and twice.
    """
    papers, ending = list(_papers(day)), list(_verifications(day))
    for paper in papers:
        messages.expiring(paper, to=_owner(paper.merchant))
    for merchant in ending:
        messages.verification_ends(merchant, to=_owner(merchant))
    return len(papers) + len(ending)


def _papers(day: dt.date) -> QuerySet[Document]:
    papers = Document.objects.running_out(day).filter(merchant__state=MerchantState.VERIFIED)
    papers = papers.select_related("merchant", "kind").order_by("pk")
    return papers.prefetch_related(_owners("merchant__memberships"))


def _verifications(day: dt.date) -> QuerySet[Merchant]:
    sooner = Document.objects.current().filter(
        merchant=OuterRef("pk"), valid_until__lte=OuterRef("verified_until")
    )
    ending = Merchant.objects.filter(
        ~Exists(sooner),
        state=MerchantState.VERIFIED,
        verified_until__range=(day, day + RENEWAL_DAYS * clock.DAY),
        review_asked_at=None,
    )
    return ending.order_by("pk").prefetch_related(_owners("memberships"))


def _owners(path: str) -> Prefetch:
    owners = Membership.objects.filter(role=Membership.Role.OWNER).select_related("user")
    return Prefetch(path, owners, to_attr="owners")


def _owner(merchant: Merchant) -> User | None:
    """Of one read with ``_owners``; a business taken over from a register may have nobody."""
    owners: list[Membership] = merchant.owners  # type: ignore[attr-defined]
    return owners[0].user if owners else None
