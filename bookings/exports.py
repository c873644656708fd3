"""What the portal holds about bookings and trainings of a person, for the export."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from bookings.models import Booking, HandOver, Training
from center.exports import Part
from center.models import User


def bookings_of(user: User) -> Part:
    """Bookings of the businesses the person is a member of."""
    mine = Booking.objects.filter(merchant__memberships__user=user)
    lent = HandOver.objects.select_related("unit__resource").prefetch_related("items")
    rows = mine.select_related("resource", "merchant").order_by("starts", "pk")
    rows = rows.prefetch_related(Prefetch("hand_overs", lent.order_by("out_at", "pk")))
    return [_booking(booking) for booking in rows], []


def trainings_of(user: User) -> Part:
    """Trainings the person had."""
    mine = Training.objects.filter(user=user).select_related("resource", "merchant")
    return [_training(training) for training in mine], []


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
        "equipment_lent": [_hand_over(hand_over) for hand_over in booking.hand_overs.all()],
    }


def _hand_over(hand_over: HandOver) -> dict[str, Any]:
    return {
        "device": str(hand_over.unit),
        "out": hand_over.out_at,
        "condition_out": hand_over.get_out_condition_display(),
        "remark_out": hand_over.out_notes,
        "due_back": hand_over.due_back,
        "back": hand_over.back_at,
        "condition_back": hand_over.get_back_condition_display(),
        "remark_back": hand_over.back_notes,
        "missing": [str(item) for item in hand_over.items.all() if item.is_missing],
    }


def _training(training: Training) -> dict[str, Any]:
    return {
        "for": training.scope_name,
        "business": training.merchant.name,
        "trained_on": training.trained_on,
        "valid_until": training.valid_until,
        "taken_back": training.revoked_at,
    }
