"""What bookings mean for somebody who closes the account."""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.models import Booking, HandOver
from bookings.services import waiting
from center import clock
from center.errors import Violation
from center.models import User
from merchants.models import Membership, Merchant


def bookings_nobody_else_minds(user: User) -> list[Violation]:
    """Live bookings of businesses of which the person is the last member, and devices these
    still have."""
    mine = Membership.objects.filter(user=user).values("merchant")
    alone = (
        Merchant.objects.filter(pk__in=mine)
        .annotate(others=Count("memberships", filter=~Q(memberships__user=user)))
        .filter(others=0)
    )
    to_come = Booking.objects.live().filter(ends__gt=clock.now()).filter(merchant__in=alone)
    out = HandOver.objects.out().filter(booking__merchant__in=alone)
    return [*_to_come(to_come.count()), *_devices_out(out.count())]


def _to_come(n: int) -> list[Violation]:
    if not n:
        return []
    sentence = ngettext(
        "%(n)d booking of your business is still to come.",
        "%(n)d bookings of your business are still to come.",
        n,
    )
    return [
        Violation(
            "bookings_to_come",
            sentence % {"n": n},
            _("Cancel them, or add another member who uses them, and close the account then."),
        )
    ]


def _devices_out(n: int) -> list[Violation]:
    if not n:
        return []
    sentence = ngettext(
        "Your business still has %(n)d device of the center.",
        "Your business still has %(n)d devices of the center.",
        n,
    )
    return [
        Violation(
            "devices_out",
            sentence % {"n": n},
            _("Bring them back to the equipment desk, and close the account then."),
        )
    ]


def leave_waiting_lists(user: User) -> None:
    """Nobody is offered anything who has left."""
    waiting.leave_all(user=user)
