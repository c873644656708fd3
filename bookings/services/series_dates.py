"""Dates of a regular use cancelled, or given other hours: one, from one on, or all to come.

Each date is changed by itself, in a transaction of its own and by the road of any other
booking, so that one that must stay does not keep the others. With ``rehearse`` each is taken
back again: the report says what would be, nothing is done and nobody is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bookings.models import (
    ActKind,
    DateOutcome,
    Series,
    SeriesAct,
    SeriesDate,
    SeriesState,
    StaffCancelReason,
)
from bookings.services import change
from bookings.services.series_acts import act_upon
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User


class Scope(TextChoices):
    """Which dates a change means, seen from one of them."""

    ONE = "one", _("Only this date")
    FROM = "from", _("This date and all later ones")
    ALL = "all", _("All dates to come")


@dataclass
class Report:
    """The dates that were changed, as they were before, and those that stayed with the reason."""

    changed: list[SeriesDate] = field(default_factory=list)
    stayed: list[tuple[SeriesDate, Violation]] = field(default_factory=list)

    @property
    def done(self) -> int:
        return len(self.changed)


def cancel(
    *, date: SeriesDate, scope: Scope, by: User, by_staff: bool = False, rehearse: bool = False
) -> Report:
    """Cancel this date, it and the later ones, or all to come. What can no longer be
    cancelled stays and is named; dates without a booking are left out from now on. A
    series that has no booked date to come then has ended."""
    reason = StaffCancelReason.SERIES if by_staff else ""

    def cancel_one(row: SeriesDate, act: SeriesAct | None) -> bool:
        if row.is_booked and row.booking is not None:
            change.cancel(
                booking=row.booking,
                reason=reason,
                by_staff=by_staff,
                by=_staff(by, by_staff),
                act=act,
            )
            row.outcome = DateOutcome.CANCELLED
            return _keep(row, "outcome")
        if row.outcome in DateOutcome.given_up:
            return False
        row.outcome = DateOutcome.SKIPPED
        return _keep(row, "outcome") and row.booking is None

    acting = _acting(date, scope, ActKind.CANCELLED, by_staff=by_staff, rehearse=rehearse)
    with acting as act:
        report = _each(date, scope, partial(cancel_one, act=act), rehearse=rehearse)
    if not rehearse:
        end_if_over(date.series)
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
    rehearse: bool = False,
) -> Report:
    """Other hours for this date, it and the later ones, or all to come. Where they cannot be
    had the date keeps its old ones and is named. ``starts_at`` must be before ``ends_at``."""

    def move_one(row: SeriesDate, act: SeriesAct | None) -> bool:
        day = clock.day_of(row.hours[0])
        starts, ends = clock.at(day, starts_at), clock.at(day, ends_at)
        if row.hours == (starts, ends):
            return False
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
        else:
            row.codes, row.sentence = [], ""  # they stood against the old hours
        row.starts, row.ends = starts, ends
        return _keep(row, "starts", "ends", "codes", "sentence")

    with _acting(date, scope, ActKind.MOVED, by_staff=by_staff, rehearse=rehearse) as act:
        return _each(date, scope, partial(move_one, act=act), rehearse=rehearse)


def _acting(
    date: SeriesDate, scope: Scope, kind: ActKind, *, by_staff: bool, rehearse: bool
) -> AbstractContextManager[SeriesAct | None]:
    """A single date is told of like any booking, a rehearsal not at all."""
    if scope == Scope.ONE or rehearse:
        return nullcontext()
    return act_upon(date.series, kind, by_staff=by_staff)


def _keep(row: SeriesDate, *fields: str) -> bool:
    row.save(update_fields=fields)
    return True


def _staff(by: User, by_staff: bool) -> User | None:
    return by if by_staff else None


def _each(
    date: SeriesDate, scope: Scope, change_one: Callable[[SeriesDate], bool], *, rehearse: bool
) -> Report:
    """Each date to come of the scope in a transaction of its own."""
    report = Report()
    rows = date.series.dates.to_come(clock.now()).select_related("booking")
    if scope == Scope.ONE:
        rows = rows.filter(pk=date.pk)
    elif scope == Scope.FROM:
        rows = rows.filter(day__gte=date.day)
    for row in rows:
        try:
            with transaction.atomic():
                is_changed = change_one(locked(row))
                if rehearse:
                    transaction.set_rollback(True)
        except RuleViolation as refusal:
            report.stayed.append((row, refusal.violations[0]))
        else:
            if is_changed:
                report.changed.append(row)
    return report


def locked(date: SeriesDate) -> SeriesDate:
    """The row alone, locked and fresh; nobody holds a booking and waits for its date."""
    rows = SeriesDate.objects.select_for_update(no_key=True, of=("self",))
    known = ("series__merchant", "series__resource", "series__seat", "booking")
    return rows.select_related(*known).get(pk=date.pk)


@transaction.atomic
def end_if_over(series: Series) -> bool:
    """A series without a booked date to come has ended; whether this one did so now."""
    series = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    if series.state == SeriesState.ENDED or series.dates.to_come(clock.now()).booked().exists():
        return False
    series.state = SeriesState.ENDED
    series.save(update_fields=["state"])
    return True
