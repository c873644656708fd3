"""What the portal holds about bookings of a person's businesses, for the export."""

from __future__ import annotations

from typing import Any

from bookings.models import Booking
from center.exports import Part
from center.models import User


def bookings_of(user: User) -> Part:
    """Bookings of the businesses the person is a member of."""
    mine = Booking.objects.filter(merchant__memberships__user=user)
    rows = mine.select_related("resource", "merchant", "feedback").order_by("starts", "pk")
    rows = rows.prefetch_related("overrides")
    return [_booking(booking) for booking in rows], []


def _booking(booking: Booking) -> dict[str, Any]:
    return {
        "number": booking.reference,
        "business": booking.merchant.name if booking.merchant else None,
        "resource": booking.resource.name,
        "starts": booking.starts,
        "ends": booking.ends,
        "state": booking.get_state_display(),
        "who_comes": booking.user_name,
        "purpose": booking.purpose,
        "headcount": booking.headcount,
        "booked_through": booking.get_source_display(),
        "chosen": booking.created_at,
        "ended_without_use": booking.closed_at,
        "reason": booking.reason,
        "reason_text": booking.reason_text,
        "rules_set_aside": [
            {"rules": override.codes, "reason": override.reason, "at": override.at}
            for override in booking.overrides.all()
        ],
        "satisfaction": _feedback(booking),
    }


def _feedback(booking: Booking) -> dict[str, Any] | None:
    given = getattr(booking, "feedback", None)
    if given is None:
        return None
    return {
        "space": given.space,
        "equipment": given.equipment,
        "help": given.help,
        "text": given.text,
        "at": given.at,
    }
