"""Bookings that the house's settings leave without their room: read, never decided here.

A holiday, other hours, a closure, a unit out of service or a resource that is no longer offered
do not touch the bookings made before. ``misfits`` finds those that would not fit today; whoever changes the settings
compares what it finds before and after, and ``proposals`` says where each could go instead.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bookings import availability, house, opening
from bookings.availability import Outlook, count_free, minutes
from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import Booking, BookingState, Unit
from bookings.opening import OpeningCalendar
from bookings.policies import about_the_opening
from center import clock

#: so many other times are proposed for a booking
PROPOSALS = 3
#: so far from its own day, either way
REACH_DAYS = 14


@dataclass(frozen=True)
class Misfit:
    """A live booking that does not fit the settings, and the sentence that says why."""

    booking: Booking
    because: str
    #: where its time is fine: the units that can no longer be used; others would do
    unusable: Sequence[Unit] = ()

    @property
    def under_way(self) -> bool:
        return self.booking.starts <= clock.now()


def misfits(
    resource_ids: Collection[int] | None = None, window: Span | None = None
) -> dict[int, Misfit]:
    """Bookings to come that the settings in force leave without their room, by id, soonest
    first; of all resources unless named, within ``window`` if given. 5 queries."""
    bookings = _live(resource_ids, window)
    if not bookings:
        return {}
    settings = house.current()
    resources = {booking.resource_id: booking.resource for booking in bookings}
    days = [clock.day_of(booking.starts) for booking in bookings]
    calendars = opening.calendars(settings, resources.values(), min(days), max(days))
    found = (
        _misfit(booking, calendars[booking.resource_id], settings.unit_closures)
        for booking in bookings
    )
    return {misfit.booking.pk: misfit for misfit in found if misfit}


def _live(resource_ids: Collection[int] | None, window: Span | None) -> list[Booking]:
    now = clock.now()
    rows = Booking.objects.live().filter(ends__gt=now)
    if window is not None:
        rows = rows.filter(starts__lt=window.end, ends__gt=window.start)
    if resource_ids is not None:
        rows = rows.filter(allocations__unit__resource__in=resource_ids).distinct()
    rows = rows.exclude(state=BookingState.HELD, held_until__lte=now)
    rows = rows.select_related("resource", "merchant").order_by("starts", "pk")
    return list(rows.prefetch_related("allocations__unit__resource"))


def units_of(booking: Booking) -> list[Unit]:
    """The units a booking takes, as prefetched."""
    return [allocation.unit for allocation in booking.allocations.all()]


def _misfit(
    booking: Booking, calendar: OpeningCalendar, closures: Mapping[int, Sequence[Span]]
) -> Misfit | None:
    span = Interval(booking.starts, booking.ends)
    if found := about_the_opening(span, clock.day_of(span.start), calendar):
        return Misfit(booking, found[0].message)
    if withdrawn := _withdrawn(booking):
        words = _("%(resource)s is no longer offered.")
        return Misfit(booking, words % {"resource": withdrawn[0].resource.display_name}, withdrawn)
    broken = [unit for unit in units_of(booking) if not unit.in_service]
    closed = [
        unit
        for unit in units_of(booking)
        if any(closed.overlaps(span) for closed in closures.get(unit.pk, ()))
    ]
    unusable = list(dict.fromkeys([*broken, *closed]))
    if not unusable:
        return None
    words = _("%(unit)s is out of service.") if broken else _("%(unit)s is closed at that time.")
    return Misfit(booking, words % {"unit": unusable[0]}, unusable)


def _withdrawn(booking: Booking) -> list[Unit]:
    """Its units of what nobody can book any more, whatever the time."""
    return [unit for unit in units_of(booking) if not unit.resource.is_active]


def proposals(stranded: Sequence[Misfit]) -> dict[int, list[Span]]:
    """Other times for each booking, as long as its own and nearest to it first, by id. No two
    are sent to the same place, room to prepare and tidy up included, or to the same device.
    2 queries, whatever their number."""
    if not stranded:
        return {}
    bookings = [misfit.booking for misfit in stranded]
    resources = {b.resource_id: b.resource for b in bookings}
    resources |= {unit.resource_id: unit.resource for b in bookings for unit in units_of(b)}
    days = [clock.day_of(booking.starts) for booking in bookings]
    first = max(min(days) - REACH_DAYS * clock.DAY, clock.today())
    last = max(days) + REACH_DAYS * clock.DAY
    outlooks = availability.load(list(resources.values()), first, last, without=bookings)
    given: list[tuple[int, Span]] = []
    found: dict[int, list[Span]] = {}
    for booking in bookings:
        times = _times_for(booking, outlooks, given)
        found[booking.pk] = list(itertools.islice(times, PROPOSALS))
        for span in found[booking.pk][:1]:
            blocked = outlooks[booking.resource_id].rules(clock.day_of(span.start)).blocked(span)
            given += [(unit.resource_id, blocked) for unit in units_of(booking)]
    return found


def _times_for(
    booking: Booking, outlooks: dict[int, Outlook], given: Sequence[tuple[int, Span]]
) -> Iterator[Span]:
    """The nearest time of each day that fits, the nearest day first and of two the later."""
    if _withdrawn(booking):
        return
    middle = clock.day_of(booking.starts)
    for distance in range(REACH_DAYS + 1):
        for day in sorted({middle + distance * clock.DAY, middle - distance * clock.DAY})[::-1]:
            spans = _spans_on(day, booking, outlooks[booking.resource_id])
            yield from itertools.islice(
                (span for span in spans if _fits(booking, span, outlooks, given)), 1
            )


def _spans_on(day: dt.date, booking: Booking, outlook: Outlook) -> list[Span]:
    """Uses of the same length on ``day``, the nearest hour first."""
    if not clock.today() <= day <= outlook.rules(day).last_day(outlook.now):
        return []
    wished = booking.starts + (day - clock.day_of(booking.starts))
    length = booking.ends - booking.starts
    spans = [Interval(slot.start, slot.start + length) for slot in outlook.slots(day)]
    return sorted(spans, key=lambda span: abs(span.start - wished))


def _fits(
    booking: Booking,
    span: Span,
    outlooks: dict[int, Outlook],
    given: Sequence[tuple[int, Span]],
) -> bool:
    """Open, to come, and a place for it and all its equipment beside what was given away."""
    outlook, day = outlooks[booking.resource_id], clock.day_of(span.start)
    if span.start <= outlook.now or about_the_opening(span, day, outlook.calendar):
        return False
    blocked = outlook.rules(day).blocked(span)
    wanted = [(minutes(blocked.start), minutes(blocked.end))]
    for unit in units_of(booking):
        free = count_free(wanted, outlooks[unit.resource_id].units)[0]
        if free <= sum(pk == unit.resource_id and blocked.overlaps(it) for pk, it in given):
            return False
    return True
