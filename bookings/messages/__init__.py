"""What the portal tells people about bookings, one module a noun; kinds register on import."""

from bookings.messages import attendance, equipment
from bookings.messages.bookings import Spot, booked, cancelled, decided, moved
from bookings.messages.reminders import REMINDERS, call_off_reminders
from bookings.messages.waiting import offered, waiting_over

__all__ = [
    "REMINDERS",
    "Spot",
    "attendance",
    "booked",
    "call_off_reminders",
    "cancelled",
    "decided",
    "equipment",
    "moved",
    "offered",
    "waiting_over",
]
