"""The staff's side: what changes a state goes through the services, the rest is read."""

from bookings.admin import (
    approvals,
    book,
    bookings,
    closures,
    holidays,
    hours,
    resources,
    rules,
    series,
)

__all__ = [
    "approvals",
    "book",
    "bookings",
    "closures",
    "holidays",
    "hours",
    "resources",
    "rules",
    "series",
]
