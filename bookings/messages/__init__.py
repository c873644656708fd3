"""What the portal tells businesses about bookings, one module a noun."""

from bookings.messages import equipment

__all__ = ["equipment"]
