"""What can be done with a booking from the board at an instant; the services decide anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bookings import selectors
from bookings.intervals import Interval
from bookings.lenience import may_be_set_aside
from bookings.models import Allocation, Booking, BookingSource, BookingState
from bookings.policies import MINUTE, Rules, extension_violations
from bookings.services import attendance
from bookings.services.facts import facts_for, rules_for
from bookings.services.units import as_range
from center import clock, display
from center.errors import RuleViolation

#: so many steps longer are offered by one button each
_STEPS = 2
#: who calls is expected until one of so many times, half an hour apart
_TIMES, _LATER = 3, 30 * MINUTE
_DAY_OF_LATER = clock.DAY // _LATER


@dataclass(frozen=True)
class Allowed:
    """``longer`` are later ends nothing stands against, ``later`` times until which a business
    that calls can be expected; each as a form sends it and in words."""

    check_in: bool
    check_out: bool
    no_show: bool
    undo: bool
    move: bool
    end: bool
    cancel: bool
    longer: list[tuple[str, str]]
    later: list[tuple[str, str]]


def allowed_for(booking: Booking, now: dt.datetime) -> Allowed:
    """Six queries at most."""
    state = booking.state
    to_come = state in BookingState.reserved and now < booking.starts
    expected = state == BookingState.CONFIRMED and booking.starts <= now < booking.ends
    is_awaited = booking.merchant_id is not None  # the house's own uses need no door
    under_way = expected or state == BookingState.CHECKED_IN
    rules = rules_for(booking.resource, clock.day_of(booking.starts))
    opens, closes = rules.entry(booking.starts, booking.expected_until)
    has_day = clock.day_of(now) == clock.day_of(booking.starts)
    awaited = is_awaited and state == BookingState.CONFIRMED and has_day
    missed = is_awaited and state == BookingState.CONFIRMED and closes < now
    return Allowed(
        check_in=is_awaited and state == BookingState.CONFIRMED and opens <= now < booking.ends,
        check_out=state == BookingState.CHECKED_IN,
        no_show=missed and not booking.hand_overs.exists(),  # who has a device is here
        undo=state == BookingState.CHECKED_IN and now <= attendance.undone_until(booking),
        move=to_come,
        end=under_way,
        cancel=to_come and is_awaited,  # a session is called off, and its people told
        longer=_later_ends(booking, rules, now) if (to_come and is_awaited) or under_way else [],
        later=_later_arrivals(booking, max(closes, now)) if awaited else [],
    )


def _later_arrivals(booking: Booking, after: dt.datetime) -> list[tuple[str, str]]:
    """The next half hours of the use."""
    times = [booking.starts + n * _LATER for n in range(1, _DAY_OF_LATER)]
    found = [time for time in times if after < time < booking.ends][:_TIMES]
    return [(f"{clock.local(time):%Y-%m-%dT%H:%M}", display.time(time)) for time in found]


def _later_ends(booking: Booking, rules: Rules, now: dt.datetime) -> list[tuple[str, str]]:
    day, step = clock.day_of(booking.starts), rules.slot_minutes * MINUTE
    ends = [booking.ends + n * step for n in range(1, _STEPS + 1)]
    facts = facts_for(booking.resource, None, day, now)
    until = _free_until(booking, ends[-1] + rules.buffer_after * MINUTE)
    return [
        (f"{clock.local(end):%H:%M}", display.time(end))
        for end in ends
        if end > now
        and end + booking.buffer_after * MINUTE <= until
        and not extension_violations(Interval(booking.starts, end), rules, facts)
    ]


def _free_until(booking: Booking, latest: dt.datetime) -> dt.datetime:
    """From when others have its units, or ``latest``."""
    following = Allocation.objects.filter(
        unit__in=booking.allocations.values("unit"),
        during__overlap=as_range(Interval(booking.ends, latest)),
    ).exclude(booking=booking)
    starts = [allocation.during.lower for allocation in following]
    return min([latest, *starts])


def may_override(refusal: RuleViolation, booking: Booking) -> bool:
    """Whether a reason would do: every rule that stands against it may be set aside."""
    walk_in = booking.source == BookingSource.WALK_IN
    return all(may_be_set_aside(code, walk_in=walk_in) for code in refusal.codes)


def in_words(booking: Booking) -> str:
    """``11. 27.(금) 10:00 – 12:00, 스튜디오 A``"""
    day = display.short_day(clock.day_of(booking.starts))
    units = ", ".join(str(unit) for unit in selectors.units_of(booking))
    return f"{day} {display.span(booking.starts, booking.ends)}, {units}"
