"""The tables of the booking engine, one module a noun."""

from bookings.models.bookings import (
    Allocation,
    Booking,
    BookingSource,
    BookingState,
    CancelReason,
    RejectReason,
    StaffCancelReason,
)
from bookings.models.feedback import FEEDBACK_DAYS, Feedback, Mark
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
    "FEEDBACK_DAYS",
    "Allocation",
    "Booking",
    "BookingSource",
    "BookingState",
    "CancelReason",
    "Category",
    "Closure",
    "ClosureKind",
    "Feedback",
    "HolidayOverride",
    "Mark",
    "OpeningHours",
    "Policy",
    "RejectReason",
    "Resource",
    "RuleOverride",
    "SpecialOpening",
    "StaffCancelReason",
    "Unit",
]
