"""What the portal holds about bookings of a person's businesses, for the export."""

from __future__ import annotations

from typing import Any

from bookings.models import Booking, Waiting
from center.exports import Part
from center.models import User


def bookings_of(user: User) -> Part:
    """Bookings of the businesses the person is a member of."""
    mine = Booking.objects.filter(merchant__memberships__user=user)
    rows = mine.select_related("resource", "merchant").order_by("starts", "pk")
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
    }


def waiting_of(user: User) -> Part:
    """What the person waited for, and how it ended."""
    mine = Waiting.objects.filter(user=user).select_related("resource", "merchant").in_line()
    return [_waiting(entry) for entry in mine], []


def _waiting(entry: Waiting) -> dict[str, Any]:
    return {
        "business": entry.merchant.name,
        "waited_for": entry.what,
        "starts": entry.starts,
        "ends": entry.ends,
        "minutes": entry.minutes,
        "since": entry.created_at,
        "offers": entry.offers_made,
        "state": entry.get_state_display(),
        "ended": entry.ended_at,
    }
