"""What the portal holds about a person's businesses, for the export of one's own data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from center.exports import PaperFile, Part
from center.models import AccessRecord, User
from merchants.models import DocumentPage, Membership, Merchant
from merchants.services import papers


def businesses_of(user: User) -> Part:
    """The businesses the person is a member of; other members are their own affair, papers
    the owner's."""
    memberships = Membership.objects.filter(user=user).select_related("merchant")
    told = [_business(membership) for membership in memberships.order_by("joined_at")]
    return told, _files(user)


def _files(user: User) -> list[PaperFile]:
    owned = Membership.objects.filter(user=user, role=Membership.Role.OWNER).values("merchant")
    files = DocumentPage.objects.filter(document__merchant__in=owned, stored_name__isnull=False)
    return [PaperFile(file.name, partial(papers.content_of, file)) for file in files]


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
        "address": merchant.address,
        "online_shops": merchant.online_shops,
        "at_the_tax_office": merchant.get_business_status_display(),
        "state": merchant.get_state_display(),
        "verified_until": merchant.verified_until,
        "my_role": membership.get_role_display(),
        "joined_at": membership.joined_at,
        "papers": _papers(membership),
        "suspensions": list(merchant.suspensions.values("starts", "ends", "reason", "lifted_at")),
        "looked_at_by_staff": _looks_at(merchant),
    }


def _papers(membership: Membership) -> list[dict[str, Any]]:
    if not membership.is_owner:
        return []
    fields = ("kind__name", "number", "valid_until", "state", "uploaded_at", "checked_at")
    return list(membership.merchant.documents.values(*fields))


def _looks_at(merchant: Merchant) -> list[Mapping[str, object]]:
    looks = AccessRecord.objects.about("merchant", merchant.pk).order_by("at")
    return list(looks.values("at", "action", "purpose"))
