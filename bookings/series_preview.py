"""A regular use date by date before it is booked: what would be free, and why not."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bookings import availability, refusals
from bookings.availability import Outlook
from bookings.house import Span
from bookings.lenience import may_be_set_aside
from bookings.models import Booking, BookingState, Resource
from bookings.policies import Facts, Standing, companion_violations, violations
from bookings.recurrence import Plan
from bookings.services.facts import standing_of
from center import clock
from center.errors import Violation
from merchants.models import Merchant


class Prospect(TextChoices):
    FREE = "free", _("Free")
    TAKEN = "taken", _("Taken")
    CLOSED = "closed", _("Closed")
    REFUSED = "refused", _("Against the rules")


@dataclass(frozen=True)
class DatePreview:
    """One date as it would go if it were booked now."""

    day: dt.date
    span: Span
    prospect: Prospect
    found: Sequence[Violation] = ()

    @property
    def sentence(self) -> str:
        return " ".join(violation.message for violation in self.found)

    @property
    def codes(self) -> list[str]:
        return [violation.code for violation in self.found]

    @property
    def may_be_set_aside(self) -> bool:
        """Whether staff may book it for a reason."""
        return self.prospect == Prospect.REFUSED and all(map(may_be_set_aside, self.codes))


class _Used(NamedTuple):
    """Uses that count against the limits, the earlier dates of the plan among them."""

    days: Counter[dt.date]
    months: Counter[tuple[int, int]]

    def add(self, day: dt.date) -> None:
        self.days[day] += 1
        self.months[day.year, day.month] += 1


def preview(
    *,
    merchant: Merchant,
    resource: Resource,
    plan: Plan,
    headcount: int = 1,
    set_aside: bool = False,
) -> list[DatePreview]:
    """Every date of the plan in order, for so many people; an earlier free one counts against the limits of the
    later ones, with ``set_aside`` also one that staff could book for a reason. 5 queries."""
    days = plan.days()
    if not days:
        return []
    outlook = availability.load([resource], days[0], days[-1])[resource.pk]
    needs_training = any(outlook.rules(day).needs_training for day in days)
    standing = standing_of(merchant, resource, days[0], outlook.now, needs_training=needs_training)
    used = _used(merchant, resource, days[0], days[-1], outlook.now)
    found = []
    for day in days:
        too_many = companion_violations(headcount, outlook.rules(day))
        date = _date(day, plan.span_on(day), outlook, standing, used, too_many)
        if date.prospect == Prospect.FREE or (set_aside and date.may_be_set_aside):
            used.add(day)
        found.append(date)
    return found


def _used(
    merchant: Merchant, resource: Resource, first: dt.date, last: dt.date, now: dt.datetime
) -> _Used:
    """As ``standing_of`` counts, for all months of the plan at once."""
    used = _Used(Counter(), Counter())
    rows = (
        Booking.objects.of_merchant(merchant.pk)
        .counted()
        .filter(
            resource__category=resource.category,
            starts__gte=clock.month_bounds(first)[0],
            starts__lt=clock.month_bounds(last)[1],
        )
        .exclude(state=BookingState.HELD, held_until__lte=now)
    )
    for starts in rows.order_by().values_list("starts", flat=True):
        used.add(clock.day_of(starts))
    return used


def _date(
    day: dt.date,
    span: Span,
    outlook: Outlook,
    standing: Standing,
    used: _Used,
    too_many: Sequence[Violation],
) -> DatePreview:
    used_month = used.months[day.year, day.month]
    standing = replace(standing, used_day=used.days[day], used_month=used_month)
    facts = Facts(now=outlook.now, calendar=outlook.calendar, standing=standing)
    found = [*violations(span, outlook.rules(day), facts), *too_many]
    if shut := [violation for violation in found if violation.code in _SHUT]:
        return DatePreview(day, span, Prospect.CLOSED, shut)
    if not outlook.free_for(span):
        return DatePreview(day, span, Prospect.TAKEN, [refusals.slot_taken()])
    if found:
        return DatePreview(day, span, Prospect.REFUSED, found)
    return DatePreview(day, span, Prospect.FREE)


_SHUT = {"outside_hours", "closed"}
