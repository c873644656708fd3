"""What the portal holds about bookings of a person's businesses, for the export."""

from __future__ import annotations

from typing import Any

from bookings.models import Booking, NoShow, Series
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


def no_shows_of(user: User) -> Part:
    """What the businesses of the person missed, with the appeal and the decision."""
    mine = NoShow.objects.filter(booking__merchant__memberships__user=user)
    rows = mine.select_related("booking", "suspension", "appealed_by").order_by("marked_at", "pk")
    return [_no_show(row) for row in rows], []


def _no_show(row: NoShow) -> dict[str, Any]:
    return {
        "booking": row.booking.reference,
        "marked": row.marked_at,
        "counted": row.counted,
        "suspended_until": row.suspension.ends if row.suspension else None,
        "suspension_lifted": row.suspension.lifted_at if row.suspension else None,
        "appeal": row.appeal_text,
        "appealed": row.appealed_at,
        "appealed_by": row.appealed_by.name if row.appealed_by else None,
        "decision": row.get_decision_display() if row.decision else "",
        "decision_reason": row.decision_reason,
        "decided": row.decided_at,
    }


def series_of(user: User) -> Part:
    """Regular use of the businesses the person is a member of, with what became of each date."""
    mine = Series.objects.filter(merchant__memberships__user=user)
    rows = mine.select_related("resource", "merchant").prefetch_related("dates__booking")
    return [_series(series) for series in rows.order_by("created_at", "pk")], []


def _series(series: Series) -> dict[str, Any]:
    return {
        "business": series.merchant.name,
        "resource": series.resource.name,
        "weekdays": series.weekdays,
        "from": series.starts_at,
        "until": series.ends_at,
        "first_day": series.first_day,
        "last_day": series.last_day,
        "purpose": series.purpose,
        "headcount": series.headcount,
        "booked_through": series.get_source_display(),
        "reason_for_setting_rules_aside": series.override,
        "made": series.created_at,
        "state": series.get_state_display(),
        "dates": [
            {
                "day": date.day,
                "outcome": date.get_outcome_display(),
                "why_not": date.sentence,
                "booking": date.booking.reference if date.booking else None,
            }
            for date in series.dates.all()
        ],
    }
