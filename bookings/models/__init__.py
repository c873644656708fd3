"""The tables of the booking engine, one module a noun."""

from bookings.models.attendance import DoorDevice, NoShow, NoShowDecision
from bookings.models.booking_states import (
    BookingSource,
    BookingState,
    CancelReason,
    RejectReason,
    StaffCancelReason,
)
from bookings.models.bookings import Allocation, Booking
from bookings.models.calendars import CalendarFeed
from bookings.models.devices import Accessory, DeviceCard, Photo
from bookings.models.feedback import FEEDBACK_DAYS, Feedback, Mark
from bookings.models.hours import (
    Closure,
    ClosureKind,
    HolidayOverride,
    OpeningHours,
    SpecialOpening,
)
from bookings.models.lending import Condition, Damage, DamageState, HandOver, HandOverItem
from bookings.models.overrides import RuleOverride
from bookings.models.policies import Policy
from bookings.models.resources import Category, Resource, Unit, UnitAbsence
from bookings.models.series import (
    ActKind,
    DateOutcome,
    Series,
    SeriesAct,
    SeriesActDate,
    SeriesDate,
    SeriesState,
)
from bookings.models.trainings import Training
from bookings.models.waiting import Freed, Offer, Waiting, WaitingState

__all__ = [
    "FEEDBACK_DAYS",
    "Accessory",
    "ActKind",
    "Allocation",
    "Booking",
    "BookingSource",
    "BookingState",
    "CalendarFeed",
    "CancelReason",
    "Category",
    "Closure",
    "ClosureKind",
    "Condition",
    "Damage",
    "DamageState",
    "DateOutcome",
    "DeviceCard",
    "DoorDevice",
    "Feedback",
    "Freed",
    "HandOver",
    "HandOverItem",
    "HolidayOverride",
    "Mark",
    "NoShow",
    "NoShowDecision",
    "Offer",
    "OpeningHours",
    "Photo",
    "Policy",
    "RejectReason",
    "Resource",
    "RuleOverride",
    "Series",
    "SeriesAct",
    "SeriesActDate",
    "SeriesDate",
    "SeriesState",
    "SpecialOpening",
    "StaffCancelReason",
    "Training",
    "Unit",
    "UnitAbsence",
    "Waiting",
    "WaitingState",
]
