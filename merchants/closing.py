"""What a business means for somebody who closes the account."""

from __future__ import annotations

from django.db.models import Count

from center.errors import Violation
from center.models import User
from merchants import refusals
from merchants.models import Membership, Merchant
from merchants.services import members


def owned_with_others(user: User) -> list[Violation]:
    """An owner does not leave colleagues behind without one."""
    owned = Merchant.objects.filter(
        pk__in=Membership.objects.filter(user=user, role=Membership.Role.OWNER).values("merchant")
    ).annotate(people=Count("memberships"))
    return [refusals.owns_business(merchant.name) for merchant in owned.filter(people__gt=1)]


def leave_businesses(user: User) -> None:
    """End the memberships; the business itself stays for the years of keeping."""
    members.leave_all(user=user)
