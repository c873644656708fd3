"""What a business means for somebody who closes the account."""

from __future__ import annotations

from django.db.models import Count
from django.utils.translation import gettext as _

from center.errors import Violation
from center.models import User
from merchants.models import Membership, Merchant


def owned_with_others(user: User) -> list[Violation]:
    """An owner does not leave colleagues behind without one."""
    owned = Merchant.objects.filter(
        pk__in=Membership.objects.filter(user=user, role=Membership.Role.OWNER).values("merchant")
    ).annotate(people=Count("memberships"))
    return [
        Violation(
            "owns_business",
            _("You are the owner of %(name)s, which has other members.") % {"name": merchant.name},
            _("Hand the business over to one of them first."),
        )
        for merchant in owned.filter(people__gt=1)
    ]


def leave_businesses(user: User) -> None:
    """End the memberships; the business itself stays for the years of keeping."""
    Membership.objects.filter(user=user).delete()
