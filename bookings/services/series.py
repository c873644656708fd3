"""Regular use: planning it, taking its dates, changing and ending it.

The plan with all its dates is written first; then each date is booked by itself, in a
transaction of its own and by the road of any other booking. So nobody waits for sixty dates,
one that cannot be had does not undo the others, and whatever breaks off in between leaves
dates that can be tried again. Whoever is concerned hears of them all at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

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
    StaffCancelReason,
    Unit,
)
from bookings.recurrence import MOST_DATES, Plan
from bookings.series_preview import DatePreview, Prospect, preview
from bookings.services import change, on_behalf, reserve
from bookings.services.series_acts import act_upon
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from merchants.models import Merchant


class Scope(TextChoices):
    """Which dates a change means, seen from one of them."""

    ONE = "one", _("Only this date")
    FROM = "from", _("This date and all later ones")
    ALL = "all", _("All dates to come")


@dataclass
class Report:
    """How many dates were changed, and those that stayed with the reason."""

    done: int = 0
    stayed: list[tuple[SeriesDate, Violation]] = field(default_factory=list)


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
    seen = preview(merchant=merchant, resource=resource, plan=plan, set_aside=bool(override))
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
    ``act`` is told of with the others."""
    date = _locked(date)
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
    date.save(update_fields=["booking", "outcome", "codes", "sentence"])
    return date


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


def cancel(*, date: SeriesDate, scope: Scope, by: User, by_staff: bool = False) -> Report:
    """Cancel this date, it and the later ones, or all to come. What can no longer be
    cancelled stays and is named; dates without a booking are left out from now on."""
    reason = StaffCancelReason.SERIES if by_staff else ""

    def cancel_one(row: SeriesDate, act: SeriesAct | None) -> None:
        if row.is_booked and row.booking is not None:
            change.cancel(
                booking=row.booking,
                reason=reason,
                by_staff=by_staff,
                by=_staff(by, by_staff),
                act=act,
            )
            row.outcome = DateOutcome.CANCELLED
        elif row.outcome != DateOutcome.CANCELLED:
            row.outcome = DateOutcome.SKIPPED
        row.save(update_fields=["outcome"])

    with _acting(date, scope, ActKind.CANCELLED, by_staff=by_staff) as act:
        report = _each(date, scope, partial(cancel_one, act=act))
    if scope != Scope.ONE:
        _end(date.series)
    return report


def change_time(
    *,
    date: SeriesDate,
    scope: Scope,
    starts_at: dt.time,
    ends_at: dt.time,
    by: User,
    by_staff: bool = False,
    override: str = "",
) -> Report:
    """Other hours for this date, it and the later ones, or all to come. Where they cannot be
    had the date keeps its old ones and is named. ``starts_at`` must be before ``ends_at``."""

    def move_one(row: SeriesDate, act: SeriesAct | None) -> None:
        starts, ends = clock.at(row.day, starts_at), clock.at(row.day, ends_at)
        if row.is_booked and row.booking is not None:
            change.move(
                booking=row.booking,
                starts=starts,
                ends=ends,
                by_staff=by_staff,
                by=_staff(by, by_staff),
                override=override,
                act=act,
            )
        row.starts, row.ends = starts, ends
        row.save(update_fields=["starts", "ends"])

    with _acting(date, scope, ActKind.MOVED, by_staff=by_staff) as act:
        return _each(date, scope, partial(move_one, act=act))


def _acting(
    date: SeriesDate, scope: Scope, kind: ActKind, *, by_staff: bool
) -> AbstractContextManager[SeriesAct | None]:
    """A single date is told of like any booking."""
    if scope == Scope.ONE:
        return nullcontext()
    return act_upon(date.series, kind, by_staff=by_staff)


def _staff(by: User, by_staff: bool) -> User | None:
    return by if by_staff else None


def _each(date: SeriesDate, scope: Scope, change_one: Callable[[SeriesDate], None]) -> Report:
    """Each date to come of the scope in a transaction of its own."""
    report = Report()
    rows = date.series.dates.filter(starts__gt=clock.now())
    if scope == Scope.ONE:
        rows = rows.filter(pk=date.pk)
    elif scope == Scope.FROM:
        rows = rows.filter(day__gte=date.day)
    for row in rows:
        try:
            with transaction.atomic():
                change_one(_locked(row))
        except RuleViolation as refusal:
            report.stayed.append((row, refusal.violations[0]))
        else:
            report.done += 1
    return report


def _locked(date: SeriesDate) -> SeriesDate:
    """The row alone, locked and fresh; nobody holds a booking and waits for its date."""
    rows = SeriesDate.objects.select_for_update(no_key=True, of=("self",))
    known = ("series__merchant", "series__resource", "series__seat", "booking")
    return rows.select_related(*known).get(pk=date.pk)


@transaction.atomic
def _end(series: Series) -> None:
    """A series without a booked date to come has ended."""
    series = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    coming = series.dates.filter(starts__gt=clock.now(), outcome=DateOutcome.TAKEN)
    if series.state == SeriesState.ACTIVE and not coming.exists():
        series.state = SeriesState.ENDED
        series.save(update_fields=["state"])
