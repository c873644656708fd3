"""Thirteen months of bookings and the weeks ahead, made directly: the services refuse the
past. Each day is drawn from a seed of its own, so that a later start adds the days since."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections.abc import Iterator, Sequence

from django.db import transaction
from django.db.models import F, QuerySet

from bookings import house
from bookings.availability import Outlook, load
from bookings.intervals import Interval
from bookings.models import Allocation, Booking, BookingSource, BookingState, CancelReason, Resource
from bookings.policies import Rules
from bookings.services.attendance import check_in, complete_ended
from bookings.services.units import as_range, free_unit, take
from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant, MerchantState

SEED = 20210525
DAYS_BACK = 396
_HOUR = dt.timedelta(hours=1)
_PURPOSES = [
    "신제품 사진 촬영",
    "상세페이지 촬영",
    "라이브 방송 준비",
    "라이브 방송",
    "광고 음성 녹음",
    "상품 설명 영상",
    "택배 포장 작업",
    "온라인 판매 교육",
    "화상 상담",
    "협력 업체 회의",
]
#: mean number of bookings a day, lengths in hours
_DEMAND = {
    "studio": (9, (1, 2, 2, 3)),
    "office": (14, (2, 3, 3, 5)),
    "recording": (3, (1, 2)),
    "conference": (1.6, (2, 3)),
}


def build(first: dt.date, last: dt.date) -> int:
    """Bookings of the days ``first`` to ``last``; those before now are over. Returns how many."""
    resources = {r.slug: r for r in Resource.objects.spaces()}
    equipment = {
        slug: list(Resource.objects.equipment().filter(used_in=space).prefetch_related("units"))
        for slug, space in resources.items()
    }
    verified = Merchant.objects.filter(state=MerchantState.VERIFIED)
    merchants = list(verified.exclude(name__startswith="시험 ").order_by("pk"))
    staff = User.objects.get(email="staff@example.com")
    outlooks = load(list(resources.values()), first, last)
    days = [first + n * clock.DAY for n in range((last - first).days + 1)]
    made = 0
    for start in range(0, len(days), 31):
        with transaction.atomic():
            writer = _Writer(staff, equipment, days[start])
            for day in days[start : start + 31]:
                for slug, resource in resources.items():
                    writer.day(day, resource, slug, outlooks[resource.pk], merchants)
            made += writer.save()
    return made


def made_here() -> QuerySet[Booking]:
    """The bookings of the demo itself: a visitor's always name who booked."""
    return Booking.objects.filter(booked_by=None)


def finish() -> None:
    """What was still to come when it was made and has begun since is used; what is over was."""
    now = clock.now()
    made_here().filter(starts__lte=now, state=BookingState.CONFIRMED).update(
        state=BookingState.CHECKED_IN, checked_in_at=F("starts")
    )
    complete_ended(now=now, among=made_here())


def arrive() -> int:
    """Invented people come as soon as the door opens, but for every 25th; how many came."""
    now, came = clock.now(), 0
    soon = made_here().filter(
        state=BookingState.CONFIRMED, merchant__isnull=False, starts__lte=now, ends__gt=now
    )
    for booking in soon:
        if booking.pk % 25:
            with contextlib.suppress(RuleViolation):  # somebody else changed it meanwhile
                check_in(booking=booking, by=None)
                came += 1
    return came


class _Writer:
    def __init__(self, staff: User, equipment: dict[str, list[Resource]], first: dt.date) -> None:
        self.staff, self.equipment = staff, equipment
        self.bookings: list[Booking] = []
        self.units: list[list[int]] = []
        self.taken: dict[int, list[Interval[dt.datetime]]] = {}
        self.now = clock.now()
        # What visitors booked, and closures: the demo's own bookings keep out of their way.
        for row in Allocation.objects.filter(during__endswith__gt=clock.at(first)):
            span = Interval(row.during.lower, row.during.upper)
            self.taken.setdefault(row.unit_id, []).append(span)

    def day(
        self,
        day: dt.date,
        resource: Resource,
        slug: str,
        outlook: Outlook,
        merchants: Sequence[Merchant],
    ) -> None:
        rng = random.Random(f"{SEED} {day} {slug}")
        rules, openings = outlook.rules(day), outlook.calendar.bookable(day)
        if not openings:
            return
        mean, lengths = _DEMAND[slug]
        weight = 1.0 if day <= clock.today() else max(0.0, 0.75 - 0.03 * (day - clock.today()).days)
        count = max(0, round(rng.gauss(mean, mean / 4) * weight))
        unit_ids = list(resource.units.filter(in_service=True).values_list("pk", flat=True))
        for merchant in rng.sample(list(merchants[1:]), count):
            span = _draw_span(rng, openings, rng.choice(lengths) * _HOUR)
            if span is not None:
                self._book(rng, resource, slug, merchant, span, rules, unit_ids)

    def _book(
        self,
        rng: random.Random,
        resource: Resource,
        slug: str,
        merchant: Merchant,
        span: Interval[dt.datetime],
        rules: Rules,
        unit_ids: Sequence[int],
    ) -> None:
        state = _outcome(rng, span, self.now, rules)
        needed = []
        if state in BookingState.occupying:
            unit = self._free(unit_ids, rules.blocked(span))
            if unit is None:
                return
            needed = [unit, *self._borrow(rng, slug, rules.blocked(span))]
        self.bookings.append(
            _booking(rng, resource, merchant, span, rules, state, self.staff, self.now)
        )
        self.units.append(needed)

    def _borrow(self, rng: random.Random, slug: str, span: Interval[dt.datetime]) -> Iterator[int]:
        for item in self.equipment[slug]:
            if rng.random() < 0.18 and (
                unit := self._free([u.pk for u in item.units.all() if u.in_service], span)
            ):
                yield unit

    def _free(self, unit_ids: Sequence[int], span: Interval[dt.datetime]) -> int | None:
        for unit in unit_ids:
            spans = self.taken.setdefault(unit, [])
            if not any(span.overlaps(other) for other in spans):
                spans.append(span)
                return unit
        return None

    def save(self) -> int:
        """Write what was drawn."""
        Booking.objects.bulk_create(self.bookings, batch_size=500)
        Allocation.objects.bulk_create(
            (
                Allocation(
                    unit_id=unit, during=as_range(Interval(*booking.blocked)), booking=booking
                )
                for booking, units in zip(self.bookings, self.units, strict=True)
                for unit in units
            ),
            batch_size=1000,
        )
        return len(self.bookings)


def _draw_span(
    rng: random.Random, openings: Sequence[Interval[dt.datetime]], length: dt.timedelta
) -> Interval[dt.datetime] | None:
    starts = [
        opening.start + n * _HOUR
        for opening in openings
        for n in range(int((opening.end - opening.start - length) / _HOUR) + 1)
    ]
    if not starts:
        return None
    start = rng.choice(starts)
    return Interval(start, start + length)


def _outcome(
    rng: random.Random, span: Interval[dt.datetime], now: dt.datetime, rules: Rules
) -> BookingState:
    """How it ended: most were used, some cancelled, a few not come."""
    draw = rng.random()
    if draw < 0.09:
        return BookingState.CANCELLED
    if span.end <= now:
        return BookingState.NO_SHOW if draw < 0.12 else BookingState.COMPLETED
    if span.start <= now:
        return BookingState.CHECKED_IN
    if rules.needs_approval and draw < 0.5:
        return BookingState.REQUESTED
    return BookingState.CONFIRMED


def _booking(
    rng: random.Random,
    resource: Resource,
    merchant: Merchant,
    span: Interval[dt.datetime],
    rules: Rules,
    state: BookingState,
    staff: User,
    now: dt.datetime,
) -> Booking:
    asked = min(
        now,
        span.start - rng.randint(4, 25) * clock.DAY - rng.randint(0, 500) * dt.timedelta(minutes=1),
    )
    used = state in {BookingState.CHECKED_IN, BookingState.COMPLETED}
    lost = state in {BookingState.CANCELLED, BookingState.NO_SHOW}
    gave_up = min(now, asked + rng.random() * (span.start - asked))
    return Booking(
        resource=resource,
        merchant=merchant,
        # What is still to come stays the demo's own: somebody has to arrive for it.
        booked_by=staff if rng.random() < 0.15 and state not in BookingState.live else None,
        user_name=merchant.representative,
        purpose=rng.choice(_PURPOSES),
        headcount=min(resource.capacity, rng.choice([1, 1, 2, 2, 3])),
        starts=span.start,
        ends=span.end,
        buffer_before=rules.buffer_before,
        buffer_after=rules.buffer_after,
        state=state,
        source=rng.choices([BookingSource.WEB, BookingSource.PHONE], [85, 15])[0],
        cancellable_until=rules.cancellable_until(span.start),
        decide_until=span.start if state == BookingState.REQUESTED else None,
        reason_code=_reason(rng, state),
        created_at=asked,
        requested_at=asked,
        confirmed_at=None if state == BookingState.REQUESTED else asked,
        checked_in_at=span.start + rng.randint(-8, 8) * dt.timedelta(minutes=1) if used else None,
        completed_at=span.end if state == BookingState.COMPLETED else None,
        closed_at=(gave_up if state == BookingState.CANCELLED else span.start + _HOUR / 6)
        if lost
        else None,
    )


def _reason(rng: random.Random, state: BookingState) -> str:
    if state == BookingState.CANCELLED:
        return str(rng.choice([CancelReason.SCHEDULE, CancelReason.NOT_READY, CancelReason.HEALTH]))
    return ""


def first_merchants_own(business: str) -> Booking:
    """One use last month and one to come for the business of merchant@example.com, and one
    it missed long ago; returns that."""
    merchant = Merchant.objects.get(name=business)
    owner = merchant.memberships.get().user
    studio = Resource.objects.get(slug="studio")
    rules = Rules(max_minutes=180)
    rng = random.Random(SEED)
    days = house.current().business_days
    past = days.add(clock.month_bounds(clock.today())[0].date() - 25 * clock.DAY, 3)
    coming = days.add(clock.today(), 4)
    if coming == clock.today() + 8 * clock.DAY:
        coming = days.add(coming, 1)
    for day, state in ((past, BookingState.COMPLETED), (coming, BookingState.CONFIRMED)):
        _own(rng, merchant, owner, studio, day, state, rules)
    return _missed(rng, merchant, owner, studio, days.add(past - 40 * clock.DAY, 1), rules)


def _missed(
    rng: random.Random,
    merchant: Merchant,
    owner: User,
    studio: Resource,
    day: dt.date,
    rules: Rules,
) -> Booking:
    span = Interval(clock.at(day, dt.time(14)), clock.at(day, dt.time(15)))
    state = BookingState.NO_SHOW
    booking = _booking(rng, studio, merchant, span, rules, state, owner, clock.now())
    booking.booked_by, booking.purpose = owner, "추석 선물세트 제품 촬영"
    booking.save()
    return booking


def _own(
    rng: random.Random,
    merchant: Merchant,
    owner: User,
    studio: Resource,
    day: dt.date,
    state: BookingState,
    rules: Rules,
) -> None:
    for hour in (15, 14, 16, 10, 9):
        span = Interval(clock.at(day, dt.time(hour)), clock.at(day, dt.time(hour + 1)))
        with transaction.atomic():
            unit = free_unit(studio.pk, rules.blocked(span))
            if unit is not None:
                booking = _booking(rng, studio, merchant, span, rules, state, owner, clock.now())
                booking.booked_by, booking.purpose = owner, "설 선물세트 제품 촬영"
                booking.save()
                take(booking, [unit])
                return
