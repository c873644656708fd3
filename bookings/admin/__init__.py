"""The staff's side: what changes a state goes through the services, the rest is read."""

from bookings.admin import (
    bookings,
    closures,
    devices,
    doors,
    holidays,
    hours,
    lending_desk,
    no_shows,
    resources,
    rules,
    schedule,
    schedule_booking,
    series,
    today,
)

__all__ = [
    "bookings",
    "closures",
    "devices",
    "doors",
    "holidays",
    "hours",
    "lending_desk",
    "no_shows",
    "resources",
    "rules",
    "schedule",
    "schedule_booking",
    "series",
    "today",
]
