"""What becomes of a booking, told to the people of its business in the same transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.messages.people import tell
from bookings.models import Booking, BookingState, RejectReason, Resource, Unit
from center import clock
from center.notifications.kinds import ForReader, Kind, Text, Value, register

_MOMENT = dt.datetime(2026, 11, 27, 10, tzinfo=clock.KST)
_HOUR = dt.timedelta(hours=1)
#: what every message about a booking names
FACTS: dict[str, Value] = {
    "business": "달구벌 수제청",
    "number": "B7K2-9QXM",
    "place": "1인 스튜디오 A",
    "starts": _MOMENT,
    "ends": _MOMENT + 2 * _HOUR,
}
_WAS: dict[str, Value] = {
    "old_place": "1인 스튜디오 B",
    "old_starts": _MOMENT - clock.DAY,
    "old_ends": _MOMENT - clock.DAY + 2 * _HOUR,
}

RECEIVED = register(
    Kind(
        "bookings.received",
        name=_("Booking request received"),
        example={**FACTS, "due": _MOMENT - clock.DAY},
    )
)
CONFIRMED = register(Kind("bookings.confirmed", name=_("Booking confirmed"), example=FACTS))
APPROVED = register(Kind("bookings.approved", name=_("Booking approved"), example=FACTS))
REJECTED = register(
    Kind(
        "bookings.rejected",
        name=_("Booking not approved"),
        example={
            **FACTS,
            "reason": "이용 목적이 이 공간과 맞지 않습니다",
            "note": "종교 행사에는 빌려 드리지 않습니다.",
            "way_out": "목적을 고쳐 다시 신청하실 수 있습니다.",
        },
    )
)
MOVED = register(
    Kind(
        "bookings.moved",
        name=_("Booking moved"),
        example={**FACTS, **_WAS, "waits": False},
    )
)
MOVED_BY_STAFF = register(
    Kind("bookings.moved_by_staff", name=_("Booking moved by staff"), example={**FACTS, **_WAS})
)
CANCELLED = register(Kind("bookings.cancelled", name=_("Booking cancelled"), example=FACTS))
CANCELLED_BY_STAFF = register(
    Kind(
        "bookings.cancelled_by_staff",
        name=_("Booking cancelled by staff"),
        example={**FACTS, "reason": "시설 고장", "note": "누수로 닫습니다."},
    )
)


@dataclass(frozen=True)
class Spot:
    """Where and when a booking is."""

    resource: Resource
    unit: Unit | None
    starts: dt.datetime
    ends: dt.datetime

    @classmethod
    def of(cls, booking: Booking, resource: Resource, unit: Unit | None) -> Spot:
        return cls(resource, unit, booking.starts, booking.ends)

    @property
    def place(self) -> Text:
        """The space with its unit, for each reader."""
        names = [self.unit.name] if self.unit else []
        return ForReader(lambda: " ".join([self.resource.display_name, *names]))


def booked(booking: Booking) -> None:
    """A request waits for approval, or the booking is confirmed."""
    facts = facts_of(booking)
    if booking.state == BookingState.REQUESTED:
        assert booking.decide_until is not None
        _tell(booking, RECEIVED, {**facts, "due": booking.decide_until})
    else:
        _tell(booking, CONFIRMED, facts)


def decided(booking: Booking) -> None:
    """Staff approved the request or did not."""
    facts = facts_of(booking)
    if booking.state == BookingState.CONFIRMED:
        _tell(booking, APPROVED, facts)
        return
    words: dict[str, Value] = {
        "reason": ForReader(lambda: booking.reason),
        "note": booking.reason_text,
        "way_out": ForReader(lambda: _way_out(RejectReason(booking.reason_code))),
    }
    _tell(booking, REJECTED, {**facts, **words})


def _way_out(reason: RejectReason) -> str:
    """What a business can do whose request was not approved; every message names the telephone."""
    sentences = {
        RejectReason.PURPOSE: gettext(
            "Describe another purpose and ask anew, or choose another space."
        ),
        RejectReason.HOUSE_USE: gettext("Choose another time from the timetable."),
        RejectReason.INCOMPLETE: gettext(
            "Ask anew and say what you will do, with whom and with what."
        ),
        RejectReason.UNANSWERED: gettext(
            "We are sorry. It counts towards none of your limits: choose another time, or call us."
        ),
    }
    return sentences.get(reason, "")


def moved(booking: Booking, *, was: Spot, now_at: Spot, by_staff: bool) -> None:
    """The booking is elsewhere or at another time; nothing is said of other changes."""
    if was == now_at:
        return
    context: dict[str, Value] = {
        **facts_of(booking, now_at.place),
        "old_place": was.place,
        "old_starts": was.starts,
        "old_ends": was.ends,
    }
    if by_staff:
        _tell(booking, MOVED_BY_STAFF, context)
    else:
        _tell(booking, MOVED, {**context, "waits": booking.state == BookingState.REQUESTED})


def cancelled(booking: Booking, *, by_staff: bool) -> None:
    """A receipt for the owner who cancelled, or the reason of staff who did."""
    facts = facts_of(booking)
    if not by_staff:
        _tell(booking, CANCELLED, facts)
        return
    words: dict[str, Value] = {
        "reason": ForReader(lambda: booking.reason),
        "note": booking.reason_text,
    }
    _tell(booking, CANCELLED_BY_STAFF, {**facts, **words})


def facts_of(booking: Booking, place: Text | None = None) -> dict[str, Value]:
    """The values of ``FACTS`` for a booking."""
    if place is None:
        place = ForReader(lambda: booking.resource.display_name)
    return {
        "business": booking.merchant.name if booking.merchant else "",
        "number": booking.reference,
        "place": place,
        "starts": booking.starts,
        "ends": booking.ends,
    }


def _tell(booking: Booking, kind: Kind, context: dict[str, Value]) -> None:
    """Once for each change: the booking's sequence counts them."""
    tell(booking, kind, context, key=f"{booking.sequence}")
