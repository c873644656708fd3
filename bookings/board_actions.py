"""What can be done with a booking from the board at an instant; the services decide anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bookings import selectors
from bookings.models import Booking, BookingSource, BookingState
from bookings.policies import MINUTE, may_be_set_aside
from bookings.services.facts import rules_for
from center import clock, display
from center.errors import RuleViolation


@dataclass(frozen=True)
class Allowed:
    """``longer`` are ends one and two steps later, each with its word."""

    check_in: bool
    check_out: bool
    move: bool
    end: bool
    cancel: bool
    longer: list[tuple[str, str]]


def allowed_for(booking: Booking, now: dt.datetime) -> Allowed:
    state = booking.state
    to_come = state in BookingState.reserved and now < booking.starts
    rules = rules_for(booking.resource, clock.day_of(booking.starts))
    expected = state == BookingState.CONFIRMED and booking.starts <= now < booking.ends
    under_way = expected or state == BookingState.CHECKED_IN
    opens = rules.entry(booking.starts)[0]
    step = rules.slot_minutes * MINUTE
    longer = [booking.ends + step, booking.ends + 2 * step] if to_come or under_way else []
    same_day = [end for end in longer if clock.day_of(end) == clock.day_of(booking.starts)]
    return Allowed(
        check_in=state == BookingState.CONFIRMED and opens <= now < booking.ends,
        check_out=state == BookingState.CHECKED_IN,
        move=to_come,
        end=under_way,
        cancel=to_come,
        longer=[(f"{clock.local(end):%H:%M}", display.time(end)) for end in same_day],
    )


def may_override(refusal: RuleViolation, booking: Booking) -> bool:
    """Whether a reason would do: every rule that stands against it may be set aside."""
    walk_in = booking.source == BookingSource.WALK_IN
    return all(may_be_set_aside(code, walk_in=walk_in) for code in refusal.codes)


def in_words(booking: Booking) -> str:
    """``11. 27.(금) 10:00 – 12:00, 스튜디오 A``"""
    day = display.short_day(clock.day_of(booking.starts))
    units = ", ".join(str(unit) for unit in selectors.units_of(booking))
    return f"{day} {display.span(booking.starts, booking.ends)}, {units}"
