"""The rules of the house as pure functions: facts in, violations out.

Nothing here reads the database or the clock. ``Rules`` are the numbers in force on the day
of use, ``Facts`` what a service found out under its locks, and ``violations`` says every
rule a wish breaks, so that a person hears all of it at once. Defaults follow domain.md §1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace

from bookings import equipment_refusals, refusals, staff_refusals
from bookings.intervals import Interval, covers
from bookings.models import Policy
from bookings.opening import OpeningCalendar
from center import clock
from center.business_days import BusinessDays
from center.errors import Violation
from center.notifications.courtesy import after_quiet

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Rules:
    """The numbers that apply to one resource on one day of use."""

    slot_minutes: int = 60
    min_minutes: int = 60
    max_minutes: int = 180
    buffer_before: int = 0
    buffer_after: int = 15
    notice_days: int = 3
    notice_hours: int = 0
    horizon_days: int = 30
    per_day: int = 1
    per_month: int = 3
    companions: int | None = None  # as many as the space has places for
    cancel_days: int = 2
    cancel_time: dt.time = dt.time(18, 0)
    grace_before: int = 10
    grace_after: int = 10
    needs_approval: bool = False
    approval_days: int = 2
    hold_minutes: int = 10
    offer_minutes: int = 30
    no_show_days: int = 30
    no_show_review: int = 2
    no_show_months: int = 6
    appeal_days: int = 14
    needs_training: bool = False
    overdue_factor: int = 2

    def blocked(self, wanted: Interval[dt.datetime]) -> Interval[dt.datetime]:
        """The span a use takes from its unit: itself and its buffers."""
        return Interval(
            wanted.start - self.buffer_before * MINUTE, wanted.end + self.buffer_after * MINUTE
        )

    def cancellable_until(self, starts: dt.datetime) -> dt.datetime:
        """The last instant at which a use of ``starts`` can be cancelled or moved online."""
        day = clock.day_of(starts) - self.cancel_days * clock.DAY
        return min(clock.at(day, self.cancel_time), starts)

    def entry(
        self, starts: dt.datetime, expected_until: dt.datetime | None = None
    ) -> tuple[dt.datetime, dt.datetime]:
        """The first and the last instant at which the door is opened for a use of ``starts``.
        Whoever called is expected until then: later *without a call* is a no-show
        (domain.md §1)."""
        closes = starts + self.grace_after * MINUTE
        return starts - self.grace_before * MINUTE, max(closes, expected_until or closes)

    def offer_ends(
        self, now: dt.datetime, starts: dt.datetime, quiet: tuple[int, int]
    ) -> dt.datetime:
        """How long a time of ``starts`` is held for somebody who waits: the minutes of an offer
        begin when a text may arrive, after the ``quiet`` hours (from, to; full hours in Korea)."""
        return min(after_quiet(now, quiet) + self.offer_minutes * MINUTE, starts)

    def earliest(self, now: dt.datetime, business_days: BusinessDays) -> dt.datetime:
        """The first instant that keeps the notice: whole business days, then hours."""
        by_days = now
        if self.notice_days:
            by_days = clock.at(business_days.add(clock.day_of(now), self.notice_days))
        return max(by_days, now + dt.timedelta(hours=self.notice_hours))

    def last_day(self, now: dt.datetime) -> dt.date:
        """The last day that can be booked at ``now``."""
        return clock.day_of(now) + self.horizon_days * clock.DAY


RULE_NAMES = tuple(field.name for field in fields(Rules))


def rules_on(day: dt.date, policies: Iterable[Policy]) -> Rules:
    """The rules for a day of use: newest row of each scope, narrower scope first."""
    in_force = sorted(
        (policy for policy in policies if policy.valid_from <= day),
        key=lambda policy: (_narrowness(policy), policy.valid_from),
    )
    rules = Rules()
    newest = {_narrowness(policy): policy for policy in in_force}  # later rows win
    for narrowness in sorted(newest):
        policy = newest[narrowness]
        given = {n: v for n in RULE_NAMES if (v := getattr(policy, n)) is not None}
        rules = replace(rules, **given)
    return rules


def _narrowness(policy: Policy) -> int:
    return 2 if policy.resource_id else 1 if policy.category else 0


@dataclass(frozen=True)
class Standing:
    """How a business stands; ``used_*`` count its live and past uses, holds included.

    ``overdue_since`` is when the first of the devices still out was due back, if one is overdue.
    ``trained``: somebody of it has had the training that the resource needs, if it needs one.
    """

    registered: bool = True
    verified: bool = True
    suspended_until: dt.datetime | None = None
    overdue_since: dt.datetime | None = None
    used_day: int = 0
    used_month: int = 0
    trained: bool = True


@dataclass(frozen=True)
class Facts:
    now: dt.datetime
    calendar: OpeningCalendar
    #: None for uses of the house itself: no limits, no verification
    standing: Standing | None


def violations(wanted: Interval[dt.datetime], rules: Rules, facts: Facts) -> list[Violation]:
    """Every rule that the wish breaks; an empty list allows it.

    ``wanted`` must be a sane interval (start before end); where the time itself is
    impossible the limits of the business are not asked.
    """
    found = _about_the_time(wanted, rules, facts)
    if facts.standing is not None:
        found = business_violations(rules, facts.standing, facts.now) + found
    return found


def business_violations(rules: Rules, standing: Standing, now: dt.datetime) -> list[Violation]:
    """What stands against the business, whatever the time it wishes for."""
    if not standing.registered:
        return [refusals.no_business()]
    if not standing.verified:
        return [refusals.not_verified()]
    return _limits(rules, standing, now)


def fallen_violations(standing: Standing, now: dt.datetime) -> list[Violation]:
    """What can come up against a business between its choice and its confirmation."""
    return _barred(standing, now) if standing.verified else [refusals.not_verified()]


def _barred(standing: Standing, now: dt.datetime) -> list[Violation]:
    found = []
    if standing.suspended_until is not None and standing.suspended_until > now:
        found.append(refusals.suspended(standing.suspended_until))
    if standing.overdue_since is not None and standing.overdue_since < now:
        found.append(equipment_refusals.device_overdue(standing.overdue_since))
    return found


def _limits(rules: Rules, standing: Standing, now: dt.datetime) -> list[Violation]:
    found = _barred(standing, now)
    if standing.used_day >= rules.per_day:
        found.append(refusals.day_quota(rules.per_day))
    if standing.used_month >= rules.per_month:
        found.append(refusals.month_quota(rules.per_month, standing.used_month))
    return found + training_violations(rules, standing)


def training_violations(rules: Rules, standing: Standing, name: str = "") -> list[Violation]:
    """The training that is missing: of a space, or of the equipment called ``name``."""
    if standing.trained or not rules.needs_training:
        return []
    return [equipment_refusals.training_needed(name)]


def companion_violations(headcount: int, rules: Rules) -> list[Violation]:
    """Whether more come along than the rule allows; how many fit, the space says."""
    if rules.companions is None or headcount - 1 <= rules.companions:
        return []
    return [refusals.too_many_companions(rules.companions)]


def extension_violations(
    wanted: Interval[dt.datetime], rules: Rules, facts: Facts
) -> list[Violation]:
    """Every rule that a use of another length breaks; notice and limits it has kept already."""
    day = clock.day_of(wanted.start)
    return _about_the_length(wanted, rules) + about_the_opening(wanted, day, facts.calendar)


def _about_the_time(wanted: Interval[dt.datetime], rules: Rules, facts: Facts) -> list[Violation]:
    day = clock.day_of(wanted.start)
    if wanted.start <= facts.now:
        return [refusals.past()]
    if day > rules.last_day(facts.now):
        return [refusals.too_far(rules.horizon_days, rules.last_day(facts.now))]
    return _about_the_day(wanted, day, rules, facts)


def _about_the_day(
    wanted: Interval[dt.datetime], day: dt.date, rules: Rules, facts: Facts
) -> list[Violation]:
    found = _about_the_length(wanted, rules)
    earliest = rules.earliest(facts.now, facts.calendar.business_days)
    if wanted.start < earliest:
        found.append(refusals.too_soon(rules.notice_days, rules.notice_hours, earliest))
    return found + about_the_opening(wanted, day, facts.calendar)


def _about_the_length(wanted: Interval[dt.datetime], rules: Rules) -> list[Violation]:
    found = []
    length = wanted.end - wanted.start
    midnight = clock.at(clock.day_of(wanted.start))
    grid = rules.slot_minutes * MINUTE
    if (wanted.start - midnight) % grid or length % grid:
        found.append(refusals.off_grid(rules.slot_minutes))
    if length < rules.min_minutes * MINUTE:
        found.append(refusals.too_short(rules.min_minutes))
    if length > rules.max_minutes * MINUTE:
        found.append(refusals.too_long(rules.max_minutes))
    return found


def about_the_opening(
    wanted: Interval[dt.datetime], day: dt.date, calendar: OpeningCalendar
) -> list[Violation]:
    """What hours, holidays and closures say against a use on ``day``."""
    openings: Sequence[Interval[dt.datetime]] = calendar.openings(day)
    if not openings and (holiday := calendar.business_days.holiday(day)):
        return [refusals.holiday(day, holiday)]
    if not covers(openings, wanted):
        return [refusals.outside_hours(openings)]
    if (reason := calendar.closed_because(wanted)) is not None:
        return [refusals.closed(reason)]
    return []


def staff_violations(
    wanted: Interval[dt.datetime], rules: Rules, facts: Facts, *, walk_in: bool = False
) -> list[Violation]:
    """Every rule that a booking by staff breaks. None hides another, because each that is set
    aside is written down. A visitor who walks in may have the slot that is under way."""
    day, found = clock.day_of(wanted.start), list[Violation]()
    if facts.standing is not None:
        found += [] if facts.standing.verified else [refusals.not_verified()]
        found += _limits(rules, facts.standing, facts.now)
        found = [staff_refusals.of_business(row, rules, facts.standing) for row in found]
    begun = facts.now - rules.slot_minutes * MINUTE if walk_in else facts.now
    if wanted.start <= begun:
        return [*found, refusals.past()]
    if day > rules.last_day(facts.now):
        found.append(refusals.too_far(rules.horizon_days, rules.last_day(facts.now)))
    found += _about_the_day(wanted, day, rules, facts)
    reason = facts.calendar.closed_because(wanted)
    if reason is not None and refusals.closed(reason) not in found:
        found.append(refusals.closed(reason))
    return found


def house_violations(wanted: Interval[dt.datetime], facts: Facts) -> list[Violation]:
    """Every rule that a use by the house itself breaks, a program's for one: it cannot be in
    the past, and needs an open house. Notice, horizon, grid and length are for businesses."""
    if wanted.start <= facts.now:
        return [refusals.past()]
    found = about_the_opening(wanted, clock.day_of(wanted.start), facts.calendar)
    reason = facts.calendar.closed_because(wanted)
    if reason is not None and refusals.closed(reason) not in found:
        found.append(refusals.closed(reason))
    return found
