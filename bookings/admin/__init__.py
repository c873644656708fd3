"""The staff's side: what changes a state goes through the services, the rest is read."""

from bookings.admin import (
    approvals,
    book,
    bookings,
    closures,
    hours,
    resources,
    rules,
    satisfaction,
)

__all__ = [
    "approvals",
    "book",
    "bookings",
    "closures",
    "hours",
    "resources",
    "rules",
    "satisfaction",
]
