"""What the portal holds about bookings and trainings of a person, for the export."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from bookings.models import Booking, CalendarFeed, HandOver, NoShow, Series, Training, Waiting
from center.exports import Part
from center.models import User


def bookings_of(user: User) -> Part:
    """Bookings of the businesses the person is a member of."""
    mine = Booking.objects.filter(merchant__memberships__user=user)
    lent = HandOver.objects.select_related("unit__resource").prefetch_related("items")
    rows = mine.select_related("resource", "merchant", "feedback").order_by("starts", "pk")
    lent_with = Prefetch("hand_overs", lent.order_by("out_at", "pk"))
    rows = rows.prefetch_related("overrides", lent_with)
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
    rows = mine.select_related("resource", "merchant", "seat").prefetch_related("dates__booking")
    return [_series(series) for series in rows.order_by("created_at", "pk")], []


def _series(series: Series) -> dict[str, Any]:
    return {
        "business": series.merchant.name,
        "resource": series.resource.name,
        "seat_wished_for": series.seat.name if series.seat else None,
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


def calendars_of(user: User) -> Part:
    """The calendars the person has an address for; the addresses themselves are keys."""
    mine = CalendarFeed.objects.filter(user=user).select_related("merchant", "resource")
    return [
        {
            "business": feed.merchant.name if feed.merchant else None,
            "resource": feed.resource.name if feed.resource else None,
            "made": feed.created_at,
            "read_last": feed.read_at,
        }
        for feed in mine.order_by("pk")
    ], []
