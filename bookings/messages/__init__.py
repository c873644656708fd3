"""What the portal tells people about bookings, one module a noun; kinds register on import."""

from bookings.messages.bookings import Spot, booked, cancelled, decided, moved
from bookings.messages.reminders import REMINDERS, call_off_reminders

__all__ = [
    "REMINDERS",
    "Spot",
    "booked",
    "call_off_reminders",
    "cancelled",
    "decided",
    "moved",
]
