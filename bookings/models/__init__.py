"""The tables of the booking engine, one module a noun."""

from bookings.models.attendance import DoorDevice, NoShow, NoShowDecision
from bookings.models.bookings import (
    Allocation,
    Booking,
    BookingSource,
    BookingState,
    CancelReason,
    RejectReason,
    StaffCancelReason,
)
from bookings.models.hours import (
    Closure,
    ClosureKind,
    HolidayOverride,
    OpeningHours,
    SpecialOpening,
)
from bookings.models.overrides import RuleOverride
from bookings.models.policies import Policy
from bookings.models.resources import Category, Resource, Unit

__all__ = [
    "Allocation",
    "Booking",
    "BookingSource",
    "BookingState",
    "CancelReason",
    "Category",
    "Closure",
    "ClosureKind",
    "DoorDevice",
    "HolidayOverride",
    "NoShow",
    "NoShowDecision",
    "OpeningHours",
    "Policy",
    "RejectReason",
    "Resource",
    "RuleOverride",
    "SpecialOpening",
    "StaffCancelReason",
    "Unit",
]
