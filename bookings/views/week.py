"""What the page of a week shows: the timetable, the choice, the rules, what stands against it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from bookings import availability, house, house_rules, selectors, timetable
from bookings.availability import Outlook
from bookings.intervals import Interval
from bookings.models import Booking, Resource
from bookings.policies import Facts, Rules, Standing, business_violations, rules_on, violations
from bookings.services.facts import standing_of
from bookings.timetable import Week
from center import clock
from center.errors import Violation
from merchants.models import Merchant


@dataclass(frozen=True)
class Quota:
    used: int
    limit: int
    month: str


def page_of_week(
    resource: Resource,
    merchant: Merchant | None,
    asked: dict[str, object],
    *,
    moving: Booking | None = None,
    held: Booking | None = None,
    signed_in: bool = True,
) -> dict[str, object]:
    """Everything the timetable prints, for choosing a first time or, ``moving``, another.

    What the person ``held`` so far is not in his way: a new choice takes its place.
    """
    without = [booking for booking in (moving, held) if booking]
    outlook, week = _week(resource, merchant, asked, moving, without)
    chosen = _chosen(asked)
    shown = dt.date.fromisoformat(week.shown_day.date)
    day = clock.day_of(chosen.start) if chosen else max(shown, clock.today())
    rules = outlook.rules(day)
    standing = standing_of(
        merchant,
        resource,
        day,
        outlook.now,
        without=without,
        needs_training=rules.needs_training,
    )
    cancellable_until = rules.cancellable_until(chosen.start) if chosen else None
    return {
        "resource": resource,
        "week": week,
        "monday": week.monday,
        "view": asked.get("view") or "",
        "merchant": merchant,
        "moving": moving,
        "held": held,
        "quota": _quota(standing, rules, day) if merchant else None,
        "rules": house_rules.sentences(rules, cancellable_until),
        "hold_minutes": rules.hold_minutes,
        "problems": _problems(outlook, week, rules, standing if signed_in else None),
    }


def _week(
    resource: Resource,
    merchant: Merchant | None,
    asked: dict[str, object],
    moving: Booking | None,
    without: Sequence[Booking],
) -> tuple[Outlook, Week]:
    """The week that was asked for, and what it was made from."""
    chosen = _chosen(asked)
    monday = _monday(asked, chosen) or _first_open_week(resource)
    days = (monday, monday + 6 * clock.DAY)
    outlook = availability.load([resource], *days, without=without)[resource.pk]
    own = selectors.live_bookings_in_week(merchant, resource, monday) if merchant else []
    week = timetable.build(
        outlook,
        monday,
        mine=[booking for booking in own if booking not in without],
        moving=moving,
        chosen=chosen,
        shown_day=asked.get("day"),  # type: ignore[arg-type]
        view=str(asked.get("view") or ""),
    )
    return outlook, week


def _chosen(asked: dict[str, object]) -> Interval[dt.datetime] | None:
    start, end = asked.get("start"), asked.get("end")
    if not isinstance(start, dt.datetime):
        return None
    if not isinstance(end, dt.datetime):
        end = start + dt.timedelta(hours=1)
    return Interval(start, end) if start < end else None


def _monday(asked: dict[str, object], chosen: Interval[dt.datetime] | None) -> dt.date | None:
    for day in (asked.get("from"), asked.get("day")):
        if isinstance(day, dt.date):
            return clock.monday_of(day)
    return clock.monday_of(clock.day_of(chosen.start)) if chosen else None


def _first_open_week(resource: Resource) -> dt.date:
    """The week of the first day that the notice still allows: nothing before can be booked."""
    now, today, settings = clock.now(), clock.today(), house.current()
    rules = rules_on(today, settings.policies_for(resource))
    earliest = rules.earliest(now, settings.business_days)
    return clock.monday_of(max(clock.day_of(earliest), today))


def _quota(standing: Standing, rules: Rules, day: dt.date) -> Quota:
    this_month = (day.year, day.month) == (clock.today().year, clock.today().month)
    month = _("this month") if this_month else _("month %(n)d") % {"n": day.month}
    return Quota(standing.used_month, rules.per_month, month)


def _problems(
    outlook: Outlook, week: Week, rules: Rules, standing: Standing | None
) -> list[Violation]:
    """What would be refused: said before anybody presses the button. Nobody's standing is
    asked before he has logged in."""
    if week.choice is not None:
        facts = Facts(now=outlook.now, calendar=outlook.calendar, standing=standing)
        return violations(week.choice.span, rules, facts)
    if standing is None:
        return []
    return business_violations(rules, replace(standing, used_day=0, used_month=0), outlook.now)
