"""The staff's side: what changes a state goes through the services, the rest is read."""

from bookings.admin import (
    bookings,
    closures,
    doors,
    holidays,
    hours,
    no_shows,
    resources,
    rules,
    series,
)

__all__ = [
    "bookings",
    "closures",
    "doors",
    "holidays",
    "hours",
    "no_shows",
    "resources",
    "rules",
    "series",
]
