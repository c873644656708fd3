"""``free_slots`` against an oracle that walks the minutes of the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings import availability
from bookings.models import (
    Allocation,
    Booking,
    BookingState,
    Closure,
    ClosureKind,
    HolidayOverride,
    OpeningHours,
    Policy,
    Resource,
    SpecialOpening,
    Unit,
)
from bookings.services import closures
from center import clock
from tests import factories
from tests.bookings.day_oracle import Rule, Span, Special, Weekly, World

FIRST = dt.date(2026, 9, 21)  # a Monday; holidays in each of the three weeks that follow
NUMBERS = {
    "slot_minutes": [30, 45, 60, 90],
    "min_minutes": [30, 60, 100],
    "buffer_before": [0, 10, 30],
    "buffer_after": [0, 15, 45],
    "notice_days": [0, 1, 3],
    "notice_hours": [0, 30, 80],
    "horizon_days": [2, 6, 30],
}
#: how many days somebody looks at, and how many of them are before the one with the uses
DAYS = 8
AHEAD = st.integers(0, DAYS - 1)
LONG_AGO = dt.date(2020, 1, 1)


@dataclass(frozen=True)
class Use:
    """A booking of a unit with its buffers; a hold that ran out if not ``kept``."""

    unit: int
    span: Span
    before: int
    after: int
    kept: bool


@dataclass(frozen=True)
class Closing:
    """Of the unit with that number, else of the space, else of the house."""

    unit: int | None
    own: bool
    span: Span


def minutes(hour: int) -> st.SearchStrategy[int]:
    """Around an hour, also off every grid."""
    return st.integers(-9, 9).map(lambda tens: min(max(60 * hour + 10 * tens, 0), 23 * 60 + 50))


spans = st.one_of(
    st.just((9 * 60, 12 * 60)),
    st.just((12 * 60, 18 * 60)),
    st.just((13 * 60, 18 * 60)),
    st.tuples(minutes(10), minutes(16)).filter(lambda span: span[0] < span[1]),
)
#: from the evening before to the next morning, most of them short and by day
taken_spans = st.tuples(
    st.one_of(st.integers(32, 72), st.integers(-20, 100)),
    st.one_of(st.integers(1, 12), st.integers(1, 60)),
).map(lambda quarters: (15 * quarters[0], 15 * (quarters[0] + quarters[1])))
dates = st.integers(0, 20).map(lambda days: FIRST + days * clock.DAY)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[World, list[Use], list[Closing], int]:
    """A world as the oracle has it, and what is to be written down of its units: uses,
    closures, and the number of units out of service that nobody uses."""
    day = draw(dates)
    near = st.integers(-2, 2).map(lambda days: day + days * clock.DAY)
    base = Rule(False, LONG_AGO, draw(numbers(required=("notice_days", "slot_minutes"))))
    rule = st.builds(Rule, st.booleans(), st.one_of(st.just(LONG_AGO), near), numbers())
    rules = [base, *draw(st.lists(rule, max_size=3))]
    hours = draw(spans)
    usual = [Weekly(False, weekday, hours, LONG_AGO, None) for weekday in range(7)]
    count = draw(st.integers(1, 3))
    uses = disjoint(draw(st.lists(use(count), min_size=2, max_size=6)))
    shut = draw(st.lists(closing(count), max_size=2))
    world = World(
        middle=day,
        today=day - draw(AHEAD) * clock.DAY,
        minute=draw(st.integers(0, 24 * 60 - 1)),
        rules=list({(rule.own, rule.first): rule for rule in rules}.values()),
        weekly=[*usual, *draw(st.lists(weekly(day), max_size=4))],
        specials=draw(st.lists(st.builds(Special, st.booleans(), near, spans), max_size=2)),
        overrides=draw(st.dictionaries(near, st.booleans(), max_size=3)),
        units=[
            [(u.span[0] - u.before, u.span[1] + u.after) for u in uses if u.unit == n and u.kept]
            + [c.span for c in shut if c.unit in (n, None)]
            for n in range(count)
        ],
    )
    return world, uses, shut, draw(st.integers(0, 1))


def numbers(required: tuple[str, ...] = ()) -> st.SearchStrategy[dict[str, int]]:
    each = {name: st.sampled_from(values) for name, values in NUMBERS.items()}
    must = {name: each.pop(name) for name in required}
    return st.fixed_dictionaries(must, optional=each)


def weekly(day: dt.date) -> st.SearchStrategy[Weekly]:
    """Some of another weekday or another time, whose hours must not count."""
    weekday = st.sampled_from([day.weekday(), day.weekday(), (day.weekday() + 1) % 7])
    first = st.integers(-400, 1).map(lambda days: day + days * clock.DAY)
    length = st.one_of(st.none(), st.integers(0, 3))

    def made(own: bool, at: int, span: Span, since: dt.date, left: int | None) -> Weekly:
        last = None if left is None else max(since, day + (left - 1) * clock.DAY)
        return Weekly(own, at, span, since, last)

    return st.builds(made, st.booleans(), weekday, spans, first, length)


def use(units: int) -> st.SearchStrategy[Use]:
    some = st.sampled_from([0, 15, 40])
    return st.builds(
        Use,
        st.integers(0, units - 1),
        taken_spans,
        some,
        some,
        st.sampled_from([True, True, False]),
    )


def closing(units: int) -> st.SearchStrategy[Closing]:
    which = st.one_of(st.none(), st.integers(0, units - 1))
    return st.builds(Closing, which, st.booleans(), taken_spans)


def disjoint(uses: list[Use]) -> list[Use]:
    """Without those that overlap another of the same unit, as the constraint refuses them."""
    kept: list[Use] = []
    for one in uses:
        start, end = one.span[0] - one.before, one.span[1] + one.after
        if all(
            other.unit != one.unit
            or end <= other.span[0] - other.before
            or other.span[1] + other.after <= start
            for other in kept
        ):
            kept.append(one)
    return kept


def at(day: dt.date, minute: int) -> dt.datetime:
    return clock.at(day) + dt.timedelta(minutes=minute)


def times(span: Span) -> dict[str, Any]:
    opens, closes = (dt.time(*divmod(minute, 60)) for minute in span)
    return {"opens": opens, "closes": closes}


def written(world: World, uses: list[Use], shut: list[Closing], spare: int) -> Resource:
    """The world as rows, with a second space whose own settings must not count."""
    space, other = factories.studio(len(world.units) + spare), factories.studio()
    Unit.objects.filter(resource=space, position__gt=len(world.units)).update(in_service=False)
    OpeningHours.objects.bulk_create(
        OpeningHours(
            resource=space if row.own else None,
            weekday=row.weekday,
            valid_from=row.first,
            valid_until=row.last,
            **times(row.span),
        )
        for row in world.weekly
    )
    night = times((0, 23 * 60))
    SpecialOpening.objects.create(resource=other, date=world.middle, reason="다른 공간", **night)
    SpecialOpening.objects.bulk_create(
        SpecialOpening(
            resource=space if s.own else None, date=s.day, reason="행사", **times(s.span)
        )
        for s in world.specials
    )
    HolidayOverride.objects.bulk_create(
        HolidayOverride(date=day, is_holiday=is_holiday, name="휴관")
        for day, is_holiday in world.overrides.items()
    )
    Policy.objects.bulk_create(
        Policy(
            resource=space if rule.own else None,
            valid_from=rule.first,
            **{"max_minutes": 600, **rule.numbers},
        )
        for rule in world.rules
    )
    occupy(space, world.middle, uses)
    for one in shut:
        close(space, world.middle, one)
    return space


def occupy(space: Resource, day: dt.date, uses: list[Use]) -> None:
    units = list(space.units.order_by("position"))
    bookings = Booking.objects.bulk_create(
        Booking(
            resource=space,
            starts=at(day, one.span[0]),
            ends=at(day, one.span[1]),
            buffer_before=one.before,
            buffer_after=one.after,
            state=BookingState.CONFIRMED if one.kept else BookingState.HELD,
            held_until=None if one.kept else clock.now(),
            cancellable_until=at(day, one.span[0]),
            requested_at=at(day, -10_000) if one.kept else None,
        )
        for one in uses
    )
    Allocation.objects.bulk_create(
        Allocation(
            unit=units[one.unit],
            booking=booking,
            during=(at(day, one.span[0] - one.before), at(day, one.span[1] + one.after)),
        )
        for one, booking in zip(uses, bookings, strict=True)
    )


def close(space: Resource, day: dt.date, one: Closing) -> None:
    unit = None if one.unit is None else space.units.order_by("position")[one.unit]
    whole = space if one.own and unit is None else None
    start, end = (at(day, minute) for minute in one.span)
    closures.close(
        closure=Closure(
            kind=ClosureKind.OTHER, resource=whole, unit=unit, starts=start, ends=end, reason="점검"
        )
    )


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds())
def test_free_slots_when_any_settings_and_uses_then_those_of_the_minutes(db, made):
    world, *rows = made
    now = at(world.today, world.minute)
    with transaction.atomic(), time_machine.travel(now, tick=False):
        space = written(world, *rows)
        found = {
            (slot.start, slot.end): slot.free_units
            for slot in availability.free_slots(space, world.today, DAYS)
        }
        transaction.set_rollback(True)
    days = [world.today + n * clock.DAY for n in range(DAYS)]
    expected = {
        (at(day, start), at(day, end)): free
        for day in days
        for (start, end), free in world.free(day).items()
    }
    assert found == expected
