"""What people were told of their bookings, kept apart from the portal that told them."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bookings.models import Booking, BookingState
from tests.races import ledger

#: a page, a redirect, a refusal: all of these are answers
ANSWERS = frozenset({200, 302, 409})
#: confirmed, or asked for, and not given back
_MADE = BookingState.live - {BookingState.HELD}


@dataclass
class Entry:
    """A booking as its person was last told of it."""

    merchant: int
    resource: int
    starts: dt.datetime
    said: str = str(BookingState.HELD)
    #: more was asked for since, and no answer tells what became of that
    is_open: bool = False


@dataclass(frozen=True)
class Asked:
    """One request. Status 0: no answer, or one that broke off. Instants of the monotonic clock."""

    sent: float
    received: float
    status: int

    @property
    def is_answered(self) -> bool:
        return self.status in ANSWERS


@dataclass
class Diary:
    """Written by many threads."""

    entries: dict[str, Entry] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    #: those of before are many and nobody's here
    last_allocation: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)

    def told(self, reference: str, entry: Entry) -> None:
        """Of a hold; told again of the same one where the first answer was lost."""
        with self._lock:
            self.entries.setdefault(reference, entry)


@dataclass(frozen=True)
class Verdict:
    lost: Sequence[str]
    doubled: Sequence[str]

    def without(self, other: Verdict) -> Verdict:
        """What was not so before."""
        return Verdict(
            list((Counter(self.lost) - Counter(other.lost)).elements()),
            list((Counter(self.doubled) - Counter(other.doubled)).elements()),
        )


def judge(diary: Diary) -> Verdict:
    """The diary held against the database, once nobody asks for anything any more.

    Lost is what somebody was told and is not so: a hold there is no trace of, a booking that
    has gone or has no unit, a cancellation that did not last. Doubled is a unit that two have
    at the same time, and a booking nobody was told of.
    """
    known = {
        booking.reference: booking
        for booking in Booking.objects.filter(reference__in=diary.entries).prefetch_related(
            "allocations"
        )
    }
    lost = [
        f"{reference} told {entry.said}"
        for reference, entry in diary.entries.items()
        if not _is_kept(entry, known.get(reference))
    ]
    pairs = ledger.double_bookings(since=diary.last_allocation)
    return Verdict(lost, [*_second_ones(diary), *["two on a unit"] * pairs])


def _is_kept(entry: Entry, booking: Booking | None) -> bool:
    if booking is None:
        return False
    if entry.is_open or entry.said == BookingState.HELD:
        return True  # whatever became of it: nothing else was promised
    if entry.said == BookingState.CANCELLED:
        return booking.state == BookingState.CANCELLED
    return booking.state in _MADE and bool(booking.allocations.all())


def _second_ones(diary: Diary) -> list[str]:
    """As a hold is told before it can be confirmed, this is what a request done twice makes."""
    merchants = {entry.merchant for entry in diary.entries.values()}
    booked = Booking.objects.filter(merchant__in=merchants, state__in=_MADE)
    unknown = booked.exclude(reference__in=diary.entries)
    return [
        f"{reference} told to nobody" for reference in unknown.values_list("reference", flat=True)
    ]
