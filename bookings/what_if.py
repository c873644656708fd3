"""What a rule would have refused last month: the bookings judged anew, before it is saved.

A booking is judged at the instant it was made, once by the rules as they are and once with
the new row in force; what only the new one refuses counts. Approximations, which the page
states: hours and closures are those of today, a moved booking is judged at its last time,
papers and suspensions are not asked, and what was refused then nobody recorded.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings import house, opening
from bookings.intervals import Interval
from bookings.models import Booking, BookingState, Policy
from bookings.policies import Facts, Rules, Standing, rules_on, violations
from center import clock

APPROVAL = "needs_approval"
_LABELS: dict[str, Promise] = {
    "too_soon": _("Booked too late before the use"),
    "too_far": _("Booked too far ahead"),
    "off_grid": _("Not on the grid of times"),
    "too_short": _("Too short"),
    "too_long": _("Too long"),
    "day_quota": _("Beyond the uses a day"),
    "month_quota": _("Beyond the uses a month"),
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
    """What ``policy``, saved or not, would have met among the uses of last month. 2 queries."""
    first = (clock.today().replace(day=1) - clock.DAY).replace(day=1)
    bookings = _bookings(first)
    judge = _Judge(policy, bookings, first)
    judged = [booking for booking in bookings if policy.concerns(booking.resource)]
    met: dict[str, list[Booking]] = defaultdict(list)
    for booking in judged:
        for code in judge.codes(booking):
            met[code].append(booking)
    refused = {booking.pk for code, them in met.items() if code != APPROVAL for booking in them}
    groups = [Group(code, met[code]) for code in _LABELS if code in met]
    return WhatIf(first, len(judged), len(refused), groups)


class _Judge:
    """Compares the rules as they are with those the policy would make."""

    def __init__(self, policy: Policy, bookings: Sequence[Booking], first: dt.date) -> None:
        self._policy, self._house = policy, house.current()
        resources = {booking.resource_id: booking.resource for booking in bookings}
        last = first + 31 * clock.DAY
        self._calendars = opening.calendars(self._house, resources.values(), first, last)
        self._earlier = _Earlier(bookings)

    def codes(self, booking: Booking) -> set[str]:
        """What only the new rules say against the booking."""
        rows, day = self._house.policies_for(booking.resource), clock.day_of(booking.starts)
        old, new = rules_on(day, rows), rules_on(day, _with(self._policy, rows))
        calendar = self._calendars[booking.resource_id]
        facts = Facts(booking.created_at, calendar, self._earlier.standing(booking))
        found = _codes(booking, new, facts) - _codes(booking, old, facts)
        asks_now = new.needs_approval and not old.needs_approval
        return found | ({APPROVAL} if asks_now else set())


def _bookings(first: dt.date) -> list[Booking]:
    low, high = clock.month_bounds(first)
    rows = Booking.objects.booked().filter(starts__gte=low, starts__lt=high)
    rows = rows.exclude(requested_at=None)  # a hold given back was never a booking
    return list(rows.select_related("resource", "merchant").order_by("created_at", "pk"))


def _with(policy: Policy, rows: Iterable[Policy]) -> list[Policy]:
    """The rows as if this one were the newest of its scope, whatever its date."""
    scope = (policy.resource_id, policy.category)
    others = [row for row in rows if (row.resource_id, row.category) != scope]
    given = {f.attname: getattr(policy, f.attname) for f in Policy._meta.concrete_fields}
    return [*others, Policy(**{**given, "valid_from": dt.date.min})]


def _codes(booking: Booking, rules: Rules, facts: Facts) -> set[str]:
    found = violations(Interval(booking.starts, booking.ends), rules, facts)
    return {violation.code for violation in found}


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
