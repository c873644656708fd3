"""Regular use: planning it and taking its dates; ``series_dates`` changes and cancels them.

The plan with all its dates is written first; then each date is booked by itself, in a
transaction of its own and by the road of any other booking. So nobody waits for sixty dates,
one that cannot be had does not undo the others, and whatever breaks off in between leaves
dates that can be tried again. Whoever is concerned hears of them all at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from bookings import series_refusals, series_seats
from bookings.models import (
    ActKind,
    Booking,
    BookingSource,
    DateOutcome,
    Resource,
    Series,
    SeriesAct,
    SeriesDate,
    SeriesState,
    Unit,
)
from bookings.recurrence import MOST_DATES, Plan
from bookings.series_preview import DatePreview, Prospect, preview
from bookings.services import on_behalf, reserve
from bookings.services.series_acts import act_upon
from bookings.services.series_dates import locked
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant


def create(
    *,
    by: User,
    merchant: Merchant,
    resource: Resource,
    plan: Plan,
    wanted: Collection[dt.date],
    purpose: str,
    headcount: int = 1,
    source: BookingSource = BookingSource.WEB,
    override: str = "",
    seat: Unit | None = None,
) -> Series:
    """Plan a regular use and book the ``wanted`` dates of it, as many as can be had.

    Source WEB is the business itself, under all rules; any other is staff, who may set rules
    aside for the reason ``override``. The ``seat`` is taken each time it is free, also for dates
    added later, else another; without a wish each date gets the one the others have. Dates that
    are not wanted are recorded as well. Raises RuleViolation ``no_dates`` or ``too_many_dates``.
    """
    days = plan.days()
    if not set(days) & set(wanted):
        raise RuleViolation(series_refusals.no_dates())
    if len(days) > MOST_DATES:
        raise RuleViolation(series_refusals.too_many_dates(MOST_DATES))
    seen = preview(
        merchant=merchant,
        resource=resource,
        plan=plan,
        headcount=headcount,
        set_aside=bool(override),
    )
    series = Series(created_by=by, merchant=merchant, resource=resource, purpose=purpose)
    series.headcount, series.source, series.override = headcount, source, override
    series.seat = seat
    _write(series, plan, [_row(date, date.day in wanted) for date in seen])
    by_staff = source != BookingSource.WEB
    with act_upon(series, ActKind.BOOKED, by_staff=by_staff) as act:
        for row in series.dates.filter(outcome=DateOutcome.PLANNED):
            try_again(date=row, by=by, by_staff=by_staff, act=act, seat=seat)
            seat = seat or series_seats.usual(series)  # from the first one booked, for all others
    return series


@transaction.atomic
def _write(series: Series, plan: Plan, rows: list[SeriesDate]) -> None:
    series.weekdays = sorted(set(plan.weekdays))
    series.starts_at, series.ends_at = plan.starts_at, plan.ends_at
    series.first_day, series.last_day = plan.first, plan.last
    series.save()
    for row in rows:
        row.series = series
    SeriesDate.objects.bulk_create(rows)


def _row(date: DatePreview, wanted: bool) -> SeriesDate:
    row = SeriesDate(day=date.day, starts=date.span.start, ends=date.span.end)
    if not wanted:
        free = date.prospect == Prospect.FREE
        row.outcome = DateOutcome.SKIPPED if free else DateOutcome.REFUSED
        row.codes, row.sentence = date.codes, date.sentence[:300]
    return row


@transaction.atomic
def try_again(
    *,
    date: SeriesDate,
    by: User,
    by_staff: bool = False,
    act: SeriesAct | None = None,
    seat: Unit | None = None,
) -> SeriesDate:
    """Book a date that has no booking, on the ``seat``, else the one wished for or the one most
    dates have, if it can be; what stands against it is recorded. Twice changes nothing. A date of an
    ``act`` is told of with the others. A series that had ended goes on."""
    date = locked(date)
    if date.is_booked:
        return date
    try:
        with transaction.atomic():
            date.booking = _book(date, by, by_staff=by_staff, act=act, seat=seat)
    except RuleViolation as refusal:
        date.outcome = DateOutcome.REFUSED
        date.codes = list(refusal.codes)
        date.sentence = " ".join(violation.message for violation in refusal.violations)[:300]
    else:
        date.outcome, date.codes, date.sentence = DateOutcome.TAKEN, [], ""
        _go_on(date.series)
    date.save(update_fields=["booking", "outcome", "codes", "sentence"])
    return date


def _go_on(series: Series) -> None:
    """One that had ended goes on with a date that is booked again."""
    if series.state == SeriesState.ENDED:
        series.state = SeriesState.ACTIVE
        series.save(update_fields=["state"])


def _book(
    date: SeriesDate, by: User, *, by_staff: bool, act: SeriesAct | None, seat: Unit | None
) -> Booking:
    """By the road of staff, or of the business under all its rules."""
    series = date.series
    prefer = seat or series_seats.preferred(series)
    if not by_staff:
        held = reserve.hold(
            user=by,
            merchant=series.merchant,
            resource=series.resource,
            starts=date.starts,
            ends=date.ends,
            prefer=prefer,
        )
        return reserve.confirm(
            booking=held, purpose=series.purpose, headcount=series.headcount, act=act
        )
    return on_behalf.book(
        by=by,
        source=_staff_source(series),
        purpose=series.purpose,
        headcount=series.headcount,
        override=series.override,
        prefer=prefer,
        act=act,
        merchant=series.merchant,
        resource=series.resource,
        starts=date.starts,
        ends=date.ends,
    )


def _staff_source(series: Series) -> BookingSource:
    source = BookingSource(series.source)
    return source if source in on_behalf.SOURCES else BookingSource.STAFF
