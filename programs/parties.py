"""The businesses of an application: the lead, and those that applied together with it.

Attendance and papers are each business's own; the state of the application is the lead's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from center.models import User
from merchants.models import Merchant
from programs.models import Application, CoApplicant

#: the application and the co-applicant, None for the lead
Key = tuple[int, int | None]


@dataclass(frozen=True)
class Party:
    """One business that takes part; ``co_applicant`` is None for the lead."""

    application: Application
    co_applicant: CoApplicant | None = None

    @property
    def key(self) -> Key:
        return self.application.pk, self.co_applicant.pk if self.co_applicant else None

    @property
    def merchant_id(self) -> int:
        return (self.co_applicant or self.application).merchant_id

    @property
    def merchant(self) -> Merchant:
        return (self.co_applicant or self.application).merchant

    @property
    def address(self) -> str:
        """Where the business reads how it stands."""
        return (self.co_applicant or self.application).get_absolute_url()


def parties_of(applications: Iterable[Application]) -> list[Party]:
    """Every business of applications with their programs and businesses, each lead before its
    partners. 1 query where a program is joint, else none."""
    found = list(applications)
    partners = defaultdict(list)
    joint = [one.pk for one in found if one.program.is_joint]
    if joint:
        rows = CoApplicant.objects.confirmed().filter(application__in=joint)
        for row in rows.select_related("merchant").order_by("asked_at", "pk"):
            partners[row.application_id].append(row)
    return [Party(one, partner) for one in found for partner in (None, *partners[one.pk])]


def party_of(application: Application, user: User) -> Party | None:
    """The business for which a person has part in an application: the lead if he belongs to
    it, else the first of its partners; None for strangers. At most 2 queries."""
    if application.merchant.memberships.filter(user=user).exists():
        return Party(application)
    rows = application.co_applicants.confirmed().filter(merchant__memberships__user=user)
    partner = rows.select_related("merchant").first()
    return Party(application, partner) if partner else None
