"""The equipment desk of the demo: cards and accessories, what was lent, one device out, one
overdue, one in repair, and people with the training for the sound editor."""

from __future__ import annotations

import datetime as dt

from bookings.models import (
    Accessory,
    Allocation,
    BookingState,
    Category,
    Condition,
    DeviceCard,
    HandOver,
    HandOverItem,
    Policy,
    Resource,
    Training,
    Unit,
)
from bookings.services import repair
from center import clock
from center.models import User
from merchants.models import Membership

#: by the resource's slug: value in won, and what belongs to each device
_KINDS: dict[str, tuple[int, list[tuple[str, int]]]] = {
    "live-camera": (
        2_450_000,
        [("카메라 본체", 1), ("배터리", 2), ("삼각대", 1), ("송출기", 1), ("영상 케이블", 2)],
    ),
    "sound-editor": (1_980_000, [("믹서", 1), ("노트북", 1), ("전원 어댑터", 2)]),
    "wireless-mic": (640_000, [("송신기", 2), ("수신기", 1), ("핀 마이크", 2), ("건전지", 4)]),
    "light-kit": (890_000, [("LED 조명", 2), ("스탠드", 2), ("반사판", 1)]),
}
_TRAINED = "sound-editor"
_WEEKS_BACK = 3
_MINUTES = dt.timedelta(minutes=1)


def build() -> None:
    """After the bookings: devices were lent with them."""
    staff = User.objects.get(email="staff@example.com")
    _ledger()
    _lent(staff)
    _broken(staff)
    _trained(staff)


def _devices() -> list[Unit]:
    rows = Unit.objects.filter(resource__category=Category.EQUIPMENT).select_related("resource")
    return list(rows.order_by("resource__position", "position"))


def _ledger() -> None:
    today, bought = clock.today(), dt.date(2021, 10, 18)
    cards, accessories = [], []
    for number, unit in enumerate(_devices()):
        value, parts = _KINDS[unit.resource.slug]
        cards.append(
            DeviceCard(
                unit=unit,
                value=value,
                purchased_on=bought + number * 40 * clock.DAY,
                supplier="대구영상기기",
                last_service_on=today - (30 + 9 * number) * clock.DAY,
                next_service_on=today + (150 - 16 * number) * clock.DAY,
            )
        )
        accessories += [
            Accessory(unit=unit, name=name, quantity=quantity, position=position)
            for position, (name, quantity) in enumerate(parts)
        ]
    DeviceCard.objects.bulk_create(cards)
    Accessory.objects.bulk_create(accessories)


def _lent(staff: User) -> None:
    """What was lent in the last weeks and came back; the last one did not, the next is out."""
    now = clock.now()
    lent = Allocation.objects.filter(unit__resource__category=Category.EQUIPMENT)
    lent = lent.select_related("booking", "unit__resource").order_by("booking__ends", "pk")
    since = now - 7 * _WEEKS_BACK * clock.DAY
    before_today = clock.at(clock.day_of(now))
    past = list(
        lent.filter(
            booking__state=BookingState.COMPLETED, booking__ends__range=(since, before_today)
        )
    )
    rows = [_hand_over(a, staff, back=a is not past[-1]) for a in past]
    live = {BookingState.CHECKED_IN, BookingState.CONFIRMED}
    coming = lent.filter(booking__state__in=live, booking__ends__gt=now)
    late = past[-1].unit_id if past else None
    if (next_one := coming.exclude(unit=late).first()) is not None:
        rows.append(_hand_over(next_one, staff, back=False))
    HandOver.objects.bulk_create(rows)
    _checklists(rows)


def _hand_over(lent: Allocation, staff: User, *, back: bool) -> HandOver:
    booking, unit = lent.booking, lent.unit
    assert booking is not None  # closures lend nothing
    ends = booking.ends
    made = HandOver(
        booking=booking,
        unit=unit,
        out_at=min(booking.starts - 5 * _MINUTES, clock.now() - 20 * _MINUTES),
        out_by=staff,
        out_condition=Condition.GOOD,
        due_back=ends,
    )
    if back:
        made.back_at, made.back_by = ends - 3 * _MINUTES, staff
        made.back_condition = Condition.WORN if unit.position == 2 else Condition.GOOD
    return made


def _checklists(hand_overs: list[HandOver]) -> None:
    HandOverItem.objects.bulk_create(
        HandOverItem(
            hand_over=made,
            name=name,
            quantity=quantity,
            position=position,
            went_out=True,
            came_back=True if made.back_at else None,
        )
        for made in hand_overs
        for position, (name, quantity) in enumerate(_KINDS[made.unit.resource.slug][1])
    )


def _broken(staff: User) -> None:
    """A light that flickers; bookings to come that have it need another one."""
    unit = Unit.objects.filter(resource__slug="light-kit").order_by("position").last()
    assert unit is not None
    repair.report(unit=unit, by=staff, description="왼쪽 조명이 깜박입니다.", cost_estimate=120_000)


def _trained(staff: User) -> None:
    """The sound editor wants a training; a few people had it, one of them long ago."""
    editor, today = Resource.objects.get(slug=_TRAINED), clock.today()
    Policy.objects.create(resource=editor, valid_from=dt.date(2021, 11, 1), needs_training=True)
    emails = ["merchant@example.com", "load001@example.com", "load002@example.com"]
    members = Membership.objects.filter(user__email__in=emails).select_related("user", "merchant")
    Training.objects.bulk_create(
        Training(
            user=member.user,
            merchant=member.merchant,
            resource=editor,
            trained_on=today - (20 + 200 * age) * clock.DAY,
            valid_until=today + (345 - 200 * age) * clock.DAY,
            recorded_by=staff,
        )
        for age, member in enumerate(members.order_by("-user__email"))
    )
