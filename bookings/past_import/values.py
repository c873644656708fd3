"""What a cell of a past use means: the value, or ValueError with the sentence for the list of
errors."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from django.utils.translation import gettext as _

from bookings.models import Booking, BookingState
from center import clock
from merchants.register_import.values import date, refuse_resident_number

_STATES = {
    BookingState.COMPLETED: (
        "이용",
        "이용함",
        "이용완료",
        "완료",
        "사용",
        "사용완료",
        "정상",
        "used",
    ),
    BookingState.NO_SHOW: ("미이용", "노쇼", "불참", "미사용", "noshow"),
    BookingState.CANCELLED: ("취소", "예약취소", "취소함", "cancelled", "canceled"),
}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words}
_TIME = re.compile(r"(\d{1,2})\s*[:시]\s*(\d{2})?\s*분?(?::\d{2}(?:\.0+)?)?")
_MOST_PEOPLE = 999


def state(cell: str) -> BookingState:
    found = _STATE_OF.get(re.sub(r"[\s_-]", "", unicodedata.normalize("NFKC", cell)).casefold())
    if found is None:
        raise ValueError(_("“%(cell)s” is not known. Write 이용, 미이용 or 취소.") % {"cell": cell})
    return found


def purpose(cell: str) -> str:
    refuse_resident_number(cell)
    longest: int = getattr(Booking._meta.get_field("purpose"), "max_length", 0)
    if len(cell) > longest:
        raise ValueError(_("Longer than %(n)d characters.") % {"n": longest})
    return cell


def headcount(cell: str) -> int:
    digits = unicodedata.normalize("NFKC", cell).strip().removesuffix("명").removesuffix(".0")
    if not re.fullmatch(r"[0-9]{1,4}", digits) or not 1 <= int(digits) <= _MOST_PEOPLE:
        raise ValueError(
            _("“%(cell)s” is no number of people from 1 to %(n)d.")
            % {"cell": cell, "n": _MOST_PEOPLE}
        )
    return int(digits)


def moment(cell: str, day: dt.date | None) -> dt.datetime:
    """``2025-10-01 10:00``, or a time of ``day`` in Korea; 24:00 is the end of the day."""
    plain = unicodedata.normalize("NFKC", cell).strip().replace("T", " ")
    said, _space, time = plain.rpartition(" ")
    if said and not re.fullmatch(r"\d{1,2}시", said):
        day = date(said)
    else:
        time = plain
    match = _TIME.fullmatch(time)
    hour, minute = (int(part or 0) for part in match.groups()) if match else (99, 0)
    if day is None or hour > 24 or minute > 59 or (hour == 24 and minute):
        raise ValueError(
            _("“%(cell)s” is no time. Write 10:00 beside a day, or 2025-10-01 10:00.")
            % {"cell": cell}
        )
    try:
        return clock.at(day) + dt.timedelta(hours=hour, minutes=minute)
    except OverflowError as error:  # the end of the last day there is
        raise ValueError(_("%(day)s lies out of reach.") % {"day": day.isoformat()}) from error
