"""A regular use of the demo's business: a weekly seat, one date of which could not be had."""

from __future__ import annotations

import datetime as dt

from bookings import house, refusals
from bookings.intervals import Interval
from bookings.models import (
    Booking,
    BookingSource,
    BookingState,
    DateOutcome,
    Resource,
    Series,
    SeriesDate,
)
from bookings.policies import rules_on
from bookings.recurrence import Plan
from bookings.services import units
from center import clock
from merchants.models import Merchant

_PURPOSE = "주간 택배 포장과 주문 관리"


def build(business: str) -> None:
    """Three weeks from next week; the second date was taken by others when it was planned."""
    merchant = Merchant.objects.get(name=business)
    seats = Resource.objects.get(slug="office")
    first = house.current().business_days.add(clock.today(), 5)
    plan = Plan([first.weekday()], first, first + 14 * clock.DAY, dt.time(10), dt.time(12))
    series = Series.objects.create(
        merchant=merchant,
        resource=seats,
        weekdays=list(plan.weekdays),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        first_day=plan.first,
        last_day=plan.last,
        purpose=_PURPOSE,
        source=BookingSource.WEB,
        created_by=merchant.memberships.get().user,
    )
    for n, day in enumerate(plan.days()):
        _date(series, day, plan.span_on(day), taken_by_others=n == 1)


def _date(
    series: Series, day: dt.date, span: Interval[dt.datetime], *, taken_by_others: bool
) -> None:
    row = SeriesDate(series=series, day=day, starts=span.start, ends=span.end)
    row.booking = None if taken_by_others else _booked(series, day, span)
    row.outcome = DateOutcome.TAKEN if row.booking else DateOutcome.REFUSED
    if row.booking is None:
        holiday = house.current().business_days.holiday(day)
        refusal = refusals.holiday(day, holiday) if holiday else refusals.slot_taken()
        row.codes, row.sentence = [refusal.code], refusal.message
    row.save()


def _booked(series: Series, day: dt.date, span: Interval[dt.datetime]) -> Booking | None:
    settings = house.current()
    rules = rules_on(day, settings.policies_for(series.resource))
    unit = units.free_unit(series.resource_id, rules.blocked(span))
    if unit is None or settings.business_days.holiday(day):
        return None
    booking = Booking.objects.create(
        resource=series.resource,
        merchant=series.merchant,
        user_name=series.merchant.representative,
        purpose=series.purpose,
        starts=span.start,
        ends=span.end,
        buffer_before=rules.buffer_before,
        buffer_after=rules.buffer_after,
        state=BookingState.CONFIRMED,
        cancellable_until=rules.cancellable_until(span.start),
        requested_at=series.created_at,
        confirmed_at=series.created_at,
        created_at=series.created_at,
    )
    units.take(booking, [unit])
    return booking
