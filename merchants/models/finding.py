"""Businesses found by what they are to whom: one filter each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models.functions import Coalesce

from merchants.models.states import BusinessStanding, MerchantState

if TYPE_CHECKING:
    from merchants.models.businesses import Merchant  # noqa: F401  (named in a string below)

#: Handed in and not answered yet, verified, or known to be what it says. A registration that was
#: returned and never verified holds nothing: whoever typed in another's number would keep it.
HOLDS_NUMBER = models.Q(state__in=[MerchantState.SUBMITTED, MerchantState.VERIFIED]) | models.Q(
    state=MerchantState.RETURNED, keeps_number=True
)


class MerchantQuerySet(models.QuerySet["Merchant"]):
    def of_user(self, user_id: int) -> MerchantQuerySet:
        return self.filter(memberships__user_id=user_id).order_by("memberships__joined_at")

    def registered(self) -> MerchantQuerySet:
        return self.filter(state__in=MerchantState.registered)

    def holding(self, number: str) -> MerchantQuerySet:
        """Whose number it is here, at most one: the condition of ``merchant_number_once``."""
        return self.filter(HOLDS_NUMBER, number=number)

    def holders(self) -> MerchantQuerySet:
        """Those whose number is theirs alone."""
        return self.filter(HOLDS_NUMBER)

    def visitors(self) -> MerchantQuerySet:
        """Registered by staff at the counter: a draft of nobody's account, to be completed.

        One whose person left is nobody's either, and is not to be given to somebody else."""
        return self.filter(state=MerchantState.DRAFT, memberships=None, emptied_at=None)

    def known_to_staff(self) -> MerchantQuerySet:
        """What staff may look up: other drafts are their owners' alone."""
        members = apps.get_model("merchants", "Membership").objects.filter(
            merchant=models.OuterRef("pk")
        )  # no join, which would name a business once for each of its members
        visitors = models.Q(~models.Exists(members), state=MerchantState.DRAFT)
        known = models.Q(state__in=MerchantState.registered) | visitors
        return self.filter(known, emptied_at=None)

    def flagged(self) -> MerchantQuerySet:
        """Businesses the tax office lists as paused, closed or not at all; drafts are not ours."""
        return self.registered().filter(business_status__in=BusinessStanding.flagged)

    def status_due(self, before: dt.datetime) -> MerchantQuerySet:
        """Verified businesses not looked up at the tax office since ``before``, oldest first."""
        return self.filter(
            models.Q(status_checked_at=None) | models.Q(status_checked_at__lt=before),
            state=MerchantState.VERIFIED,
            number__isnull=False,
        ).order_by(models.F("status_checked_at").asc(nulls_first=True), "pk")

    def waiting(self) -> MerchantQuerySet:
        """What staff have to look at, oldest first: submitted, verified with something new, or
        verified and flagged by the tax office since staff last decided."""
        submitted = models.Q(state=MerchantState.SUBMITTED)
        unseen = models.Q(decided_at=None) | models.Q(decided_at__lt=models.F("status_checked_at"))
        flagged = models.Q(
            state=MerchantState.VERIFIED, business_status__in=BusinessStanding.flagged
        )
        return (
            self.filter(submitted | models.Q(review_asked_at__isnull=False) | (flagged & unseen))
            .annotate(
                waiting_since=models.Case(
                    models.When(submitted, then="submitted_at"),
                    default=Coalesce("review_asked_at", "status_checked_at"),
                )
            )
            .order_by("waiting_since", "pk")
        )
