"""What the portal tells people about bookings, one module a noun; kinds register on import."""

from bookings.messages.waiting import offered, waiting_over

__all__ = ["offered", "waiting_over"]
