"""What the portal holds about a person's businesses, for the export of one's own data."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from center.exports import PaperFile, Part
from center.models import AccessRecord, User
from merchants.models import DocumentPage, Membership, Merchant
from merchants.services import papers


def businesses_of(user: User) -> Part:
    """The businesses the person is a member of, with the papers handed in for them; other
    members are their own affair."""
    memberships = Membership.objects.filter(user=user).select_related("merchant")
    told = [_business(membership) for membership in memberships.order_by("joined_at")]
    return told, _files_of(user)


def _files_of(user: User) -> Iterator[PaperFile]:
    """Files that are still kept; a destroyed one has no stored name."""
    kept = DocumentPage.objects.exclude(stored_name=None).exclude(stored_name="")
    mine = kept.filter(document__merchant__memberships__user=user)
    for file in mine.order_by("document_id", "position"):
        yield PaperFile(file.name, functools.partial(papers.content_of, file))


def _business(membership: Membership) -> dict[str, Any]:
    merchant = membership.merchant
    return {
        "name": merchant.name,
        "number": merchant.display_number,
        "kind": merchant.get_kind_display(),
        "representative": merchant.representative,
        "section": merchant.section,
        "district": merchant.district_name,
        "market_area": merchant.market_area,
        "founded_on": merchant.founded_on,
        "women_owned": merchant.women_owned,
        "youth_owned": merchant.youth_owned,
        "disabled_owned": merchant.disabled_owned,
        "phone": merchant.phone,
        "state": merchant.get_state_display(),
        "verified_until": merchant.verified_until,
        "my_role": membership.get_role_display(),
        "joined_at": membership.joined_at,
        "papers": list(
            merchant.documents.order_by("uploaded_at").values(
                "kind__name", "number", "valid_until", "state", "uploaded_at", "checked_at"
            )
        ),
        "suspensions": list(merchant.suspensions.values("starts", "ends", "reason", "lifted_at")),
        "looked_at_by_staff": _looks_at(merchant),
    }


def _looks_at(merchant: Merchant) -> list[Mapping[str, object]]:
    looks = AccessRecord.objects.about("merchant", merchant.pk).order_by("at")
    return list(looks.values("at", "action", "purpose"))
