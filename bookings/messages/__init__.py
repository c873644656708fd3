"""What the portal tells people about bookings, one module a noun; kinds register on import."""

from bookings.messages import attendance, equipment
from bookings.messages.bookings import Spot, booked, cancelled, decided, moved
from bookings.messages.feedback import ask_feedback
from bookings.messages.reminders import REMINDERS, call_off_reminders
from bookings.messages.series import acted
from bookings.messages.waiting import call_off_offers, offered, waiting_over

__all__ = [
    "REMINDERS",
    "Spot",
    "acted",
    "ask_feedback",
    "attendance",
    "booked",
    "call_off_offers",
    "call_off_reminders",
    "cancelled",
    "decided",
    "equipment",
    "moved",
    "offered",
    "waiting_over",
]
