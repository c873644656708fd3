"""What applications mean for somebody who closes the account."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import clock
from center.errors import Violation
from center.models import User
from merchants.models import Membership, Merchant
from programs.models import Application, ApplicationState, ProgramState
from programs.services import leaving


def applications_nobody_else_minds(user: User) -> list[Violation]:
    """Applications that may still get or have a place in a program that is not over, of
    businesses of which the person is the last member; not those whose place was used, which
    can be withdrawn no more. 2 queries and one for each."""
    mine = Membership.objects.filter(user=user).values("merchant")
    alone = (
        Merchant.objects.filter(pk__in=mine)
        .annotate(others=Count("memberships", filter=~Q(memberships__user=user)))
        .filter(others=0)
    )
    states = ApplicationState.withdrawable
    mine_alone = Application.objects.filter(merchant__in=alone, state__in=states)
    open_ones = mine_alone.filter(program__state__in=ProgramState.running)
    now = clock.now()
    left = sum(leaving.begun(one, now) is None for one in open_ones.select_related("program"))
    if not left:
        return []
    sentence = ngettext(
        "%(n)d application of your business is not over yet.",
        "%(n)d applications of your business are not over yet.",
        left,
    )
    return [
        Violation(
            "applications_open",
            sentence % {"n": left},
            _("Withdraw them, or add another member to the business, and close the account then."),
        )
    ]
