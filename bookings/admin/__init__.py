"""The staff's side: what changes a state goes through the services, the rest is read."""

from bookings.admin import bookings, closures, devices, hours, lending_desk, resources, rules

__all__ = ["bookings", "closures", "devices", "hours", "lending_desk", "resources", "rules"]
