"""One act upon many dates of a regular use, told in one message that lists them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.messages.people import people
from bookings.models import (
    ActKind,
    BookingState,
    SeriesAct,
    SeriesActDate,
    StaffCancelReason,
)
from center import clock, display
from center.notifications.kinds import Kind, Value, register
from center.notifications.services import queue

_FACTS: dict[str, Value] = {
    "business": "달구벌 수제청",
    "place": "공유 오피스",
    "count": 2,
    "dates": ["11. 30.(월) 10:00 – 12:00 · B7K2-9QXM", "12. 7.(월) 10:00 – 12:00 · H4TN-2RWC"],
}
_BY_STAFF: dict[str, Value] = {**_FACTS, "by_staff": True}

SERIES_BOOKED = register(
    Kind("bookings.series_booked", name=_("Regular use booked"), example=_FACTS)
)
SERIES_MOVED = register(
    Kind("bookings.series_moved", name=_("Dates of a regular use moved"), example=_BY_STAFF)
)
SERIES_CANCELLED = register(
    Kind(
        "bookings.series_cancelled",
        name=_("Dates of a regular use cancelled"),
        example={**_BY_STAFF, "reason": "정기 이용이 끝났습니다"},
    )
)
_KINDS = {
    ActKind.BOOKED: SERIES_BOOKED,
    ActKind.MOVED: SERIES_MOVED,
    ActKind.CANCELLED: SERIES_CANCELLED,
}


def acted(act: SeriesAct) -> None:
    """Tell whoever is concerned of all dates of the act; nobody where it came to none. Each
    person once for an act."""
    dates = list(act.dates.select_related("booking").order_by("booking__starts", "pk"))
    kind = _KINDS[ActKind(act.kind)]
    for person in people(act.series.merchant_id, {date.booking.booked_by_id for date in dates}):
        if not dates:
            return
        with translation.override(person.language):
            context = _context(act, kind, dates)
        queue(
            kind=kind,
            recipient=person,
            context=context,
            link=reverse("series", args=[act.series_id]),
            dedupe_key=f"{kind.key}:{act.pk}:{person.pk}",
        )


def _context(act: SeriesAct, kind: Kind, dates: Sequence[SeriesActDate]) -> dict[str, Value]:
    known: dict[str, Value] = {
        "business": act.series.merchant.name,
        "place": act.series.resource.display_name,
        "count": len(dates),
        "dates": [_line(date) for date in dates],
        "by_staff": act.by_staff,
        "reason": str(StaffCancelReason.SERIES.label) if act.by_staff else "",
    }
    return {name: known[name] for name in kind.example}


def _line(date: SeriesActDate) -> str:
    """``11. 30.(월) 10:00 – 12:00 · B7K2-9QXM``, with what else there is to know of it."""
    booking = date.booking
    day = display.short_day(clock.day_of(booking.starts))
    line = f"{day} {display.span(booking.starts, booking.ends)} · {booking.reference}"
    if date.old_starts and date.old_ends:
        was = display.span(date.old_starts, date.old_ends)
        line += gettext(" (before: %(time)s)") % {"time": was}
    if booking.state == BookingState.REQUESTED:
        line += f" · {booking.get_state_display()}"
    return line
