"""The businesses of an application: the lead, and those that applied together with it.

Attendance and papers are each business's own; the state of the application is the lead's.
Nobody decides in a matter of a business he belongs to, be it the lead or a partner: that is said
here, for staff, evaluators and consultants alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from center.errors import RuleViolation
from center.models import User
from merchants import refusals
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


def belongs_to(application: Application, user: User) -> bool:
    """Whether a person acts for one of its businesses. 1 query."""
    return Application.objects.with_user(user.pk).filter(pk=application.pk).exists()


def refuse_own(application: Application, by: User) -> None:
    """Raise ``own_business`` where somebody would decide in his own matter."""
    if belongs_to(application, by):
        raise RuleViolation(refusals.own_business())


def own_pairs(applications: QuerySet[Application]) -> set[tuple[int, int]]:
    """Each application with each person who acts for one of its businesses, by their ids.
    2 queries."""
    leads = applications.exclude(merchant__memberships=None)
    partners = CoApplicant.objects.confirmed().filter(application__in=applications)
    people = partners.exclude(merchant__memberships=None)
    return {
        *leads.values_list("pk", "merchant__memberships__user_id"),
        *people.values_list("application_id", "merchant__memberships__user_id"),
    }
