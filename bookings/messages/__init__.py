"""What the portal tells people about their bookings, one module a noun."""

from bookings.messages import attendance

__all__ = ["attendance"]
