"""The staff's side: what changes a state goes through the services, the rest is read."""

from bookings.admin import (
    bookings,
    closures,
    hours,
    resources,
    rules,
    schedule,
    schedule_booking,
    today,
)

__all__ = [
    "bookings",
    "closures",
    "hours",
    "resources",
    "rules",
    "schedule",
    "schedule_booking",
    "today",
]
