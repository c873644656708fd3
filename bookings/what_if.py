"""What a rule would have refused last month: the bookings judged anew, before it is saved.

A booking is judged at the instant it was made, once by the rules as they are and once with
the new row in force; what only the new one refuses counts. Units are given out anew in the
order booked, with the buffers of either, beside closures and the uses of the days before and
after the month; trainings are asked of the space and of equipment
taken along. Approximations, which the page states: hours, closures, units and people of a
business are those of today, a moved booking is judged at its last time, papers and
suspensions are not asked, and what was refused then nobody recorded.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings import house, opening
from bookings.intervals import Interval
from bookings.models import Booking, BookingSource, BookingState, Policy, Resource
from bookings.policies import (
    Facts,
    Rules,
    Standing,
    companion_violations,
    rules_on,
    training_violations,
    violations,
)
from bookings.replay import without_a_unit
from bookings.what_if_units import Taken, Trained
from center import clock

APPROVAL = "needs_approval"
#: uses so near the month can meet one of it: they last a day, their buffers eight hours each
_NEAR = 2 * clock.DAY
_LABELS: dict[str, Promise] = {
    "too_soon": _("Booked too late before the use"),
    "too_far": _("Booked too far ahead"),
    "off_grid": _("Not on the grid of times"),
    "too_short": _("Too short"),
    "too_long": _("Too long"),
    "day_quota": _("Beyond the uses a day"),
    "month_quota": _("Beyond the uses a month"),
    "slot_taken": _("Met another use or a closure in the time kept free"),
    "equipment_taken": _("Its equipment was kept for another use, or closed"),
    "training_needed": _("Nobody trained for the space or its equipment"),
    "too_many_companions": _("More people than may come along"),
    APPROVAL: _("Would have waited for approval"),
    # set aside by staff, while no row of rules refuses for these
    "not_verified": _("Business not verified"),
    "suspended": _("Suspended at that time"),
    "device_overdue": _("Equipment not brought back"),
    "outside_hours": _("Outside the opening hours"),
}


def label_of(code: str) -> str:
    """A rule that was broken, in few words; the code itself of one that is new here."""
    return str(_LABELS.get(code, code))


@dataclass(frozen=True)
class Group:
    """The bookings that one rule would have met."""

    code: str
    bookings: Sequence[Booking]

    @property
    def label(self) -> str:
        return label_of(self.code)


@dataclass(frozen=True)
class WhatIf:
    """``judged`` bookings of the month, ``refused`` of which the new rule would refuse."""

    month: dt.date
    judged: int
    refused: int
    groups: Sequence[Group]


def last_month(policy: Policy) -> WhatIf:
    """What ``policy``, saved or not, would have met among the uses of last month. 6 queries,
    and one for the closures where units are given out anew."""
    first = (clock.today().replace(day=1) - clock.DAY).replace(day=1)
    month = Interval(*clock.month_bounds(first))
    around = _bookings(Interval(month.start - _NEAR, month.end + _NEAR))
    bookings = [booking for booking in around if month.start <= booking.starts < month.end]
    judge = _Judge(policy, bookings, around, month)
    judged = {booking.pk for booking in bookings if judge.concerns(booking)}
    met: dict[str, list[Booking]] = defaultdict(list)
    for booking in bookings:
        for code in judge.codes(booking):
            met[code].append(booking)
    refused = {booking.pk for code, them in met.items() if code != APPROVAL for booking in them}
    groups = [Group(code, met[code]) for code in _LABELS if code in met]
    # A use of another space may meet one in the equipment they share.
    return WhatIf(first, len(judged | refused), len(refused), groups)


class _Judge:
    """Compares the rules as they are with those the policy would make."""

    def __init__(
        self,
        policy: Policy,
        bookings: Sequence[Booking],
        around: Sequence[Booking],
        month: Interval[dt.datetime],
    ) -> None:
        self._policy, self._house = policy, house.current()
        resources = {booking.resource_id: booking.resource for booking in bookings}
        first, last = clock.day_of(month.start), clock.day_of(month.end)
        self._calendars = opening.calendars(self._house, resources.values(), first, last)
        self._earlier = _Earlier(bookings)
        self._taken, self._trained = Taken(around), Trained(bookings)
        self._without_unit = self._refused_a_unit(around, month)

    def concerns(self, booking: Booking) -> bool:
        """Whether the rule is of the space booked or of equipment taken along."""
        resources = [booking.resource, *self._taken.equipment(booking)]
        return any(self._policy.concerns(resource) for resource in resources)

    def codes(self, booking: Booking) -> set[str]:
        """What only the new rules say against the booking."""
        found = self._without_unit.get(booking.pk, set())
        if not self.concerns(booking):
            return found
        old, new = self._rules(booking, booking.resource)
        found = found | (self._codes(booking, new, is_new=True) - self._codes(booking, old))
        asks_now = new.needs_approval and not old.needs_approval
        return found | ({APPROVAL} if asks_now else set())

    def _rules(self, booking: Booking, resource: Resource) -> tuple[Rules, Rules]:
        """Of the resource on the day of use: as they are, and with the policy."""
        rows, day = self._house.policies_for(resource), clock.day_of(booking.starts)
        if not self._policy.concerns(resource):
            return (rules := rules_on(day, rows)), rules
        return rules_on(day, rows), rules_on(day, _with(self._policy, rows))

    def _codes(self, booking: Booking, rules: Rules, *, is_new: bool = False) -> set[str]:
        standing = self._earlier.standing(booking)
        if standing is not None:
            standing = replace(standing, trained=self._is_trained(booking, booking.resource))
        facts = Facts(booking.created_at, self._calendars[booking.resource_id], standing)
        found = violations(Interval(booking.starts, booking.ends), rules, facts)
        if standing is not None:
            found += companion_violations(booking.headcount, rules)
        for item in self._taken.equipment(booking):
            its_rules = self._rules(booking, item)[is_new]
            trained = Standing(trained=self._is_trained(booking, item))
            found += training_violations(its_rules, trained)
        return {violation.code for violation in found}

    def _is_trained(self, booking: Booking, resource: Resource) -> bool:
        return self._trained.is_trained(booking, resource, clock.day_of(booking.starts))

    def _refused_a_unit(
        self, around: Sequence[Booking], month: Interval[dt.datetime]
    ) -> dict[int, set[str]]:
        """Those for whom only the new buffers leave no unit, and of what."""
        before, after = [], []
        for booking in around:
            wanted = Interval(booking.starts, booking.ends)
            old, new = self._rules(booking, booking.resource)
            before.append(self._taken.use(booking, old.blocked(wanted)))
            after.append(self._taken.use(booking, new.blocked(wanted)))
        if before == after:
            return {}
        closures = self._taken.closures(Interval(month.start - 2 * _NEAR, month.end + 2 * _NEAR))
        refused, spaces = without_a_unit(before, closures), {b.pk: b.resource_id for b in around}
        return {
            key: {"slot_taken" if of == spaces[key] else "equipment_taken" for of in missing}
            for key, missing in without_a_unit(after, closures).items()
            if key not in refused
        }


def _bookings(window: Interval[dt.datetime]) -> list[Booking]:
    rows = Booking.objects.booked().filter(starts__gte=window.start, starts__lt=window.end)
    rows = rows.exclude(requested_at=None)  # a hold given back was never a booking
    rows = rows.exclude(source=BookingSource.IMPORT)  # nobody knows when these were booked
    return list(rows.select_related("resource", "merchant").order_by("created_at", "pk"))


def _with(policy: Policy, rows: Iterable[Policy]) -> list[Policy]:
    """The rows as if this one were the newest of its scope, whatever its date."""
    scope = (policy.resource_id, policy.category)
    others = [row for row in rows if (row.resource_id, row.category) != scope]
    given = {f.attname: getattr(policy, f.attname) for f in Policy._meta.concrete_fields}
    return [*others, Policy(**{**given, "valid_from": dt.date.min})]


class _Earlier:
    """How many uses a business had when it made a booking, of the bookings in hand."""

    def __init__(self, bookings: Iterable[Booking]) -> None:
        self._of: dict[tuple[int | None, str], list[Booking]] = defaultdict(list)
        for booking in bookings:
            self._of[booking.merchant_id, booking.resource.category].append(booking)

    def standing(self, booking: Booking) -> Standing | None:
        """None for the house's own use, which has no limits."""
        if booking.merchant_id is None:
            return None
        made = booking.created_at
        others = [
            other
            for other in self._of[booking.merchant_id, booking.resource.category]
            if other.pk != booking.pk and other.created_at <= made and not _had_ended(other, made)
        ]
        day = clock.day_of(booking.starts)
        same_day = sum(clock.day_of(other.starts) == day for other in others)
        return Standing(used_day=same_day, used_month=len(others))


def _had_ended(booking: Booking, at: dt.datetime) -> bool:
    over = booking.closed_at is not None and booking.closed_at <= at
    return over and booking.state not in BookingState.counted
