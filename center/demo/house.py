"""Spaces, equipment, hours, rules and notices of the demo."""

from __future__ import annotations

import datetime as dt

from bookings.models import (
    Category,
    Closure,
    ClosureKind,
    OpeningHours,
    Policy,
    Resource,
    Unit,
)
from bookings.services import closures
from center import clock
from center.models import Notice

_SINCE = dt.date(2021, 11, 1)
Pair = tuple[str, str]  # Korean, English

#: slug, category, names, summaries, descriptions, place, capacity, units
SPACES = [
    (
        "studio",
        Category.STUDIO,
        ("1인 스튜디오", "One-person studio"),
        ("조명·배경·촬영대 · 최대 3시간", "Lights, backdrops, product table · up to 3 hours"),
        (
            "조명 3등, 배경지 4색, 제품 촬영대가 있는 방 네 곳입니다. 정리 시간을 포함해 한 번에 최대 3시간 이용합니다.",
            "Four rooms with three lights, backdrops in four colours and a product table. Up to three hours at a time, tidying included.",
        ),
        ("2층", "2nd floor"),
        3,
        ["A", "B", "C", "D"],
    ),
    (
        "office",
        Category.OFFICE_SEAT,
        ("공유 오피스", "Shared office"),
        ("전원·무선망이 있는 자리 24석", "24 seats with power and Wi-Fi"),
        (
            "온라인 판매 준비와 배송 업무를 할 수 있는 자리입니다. 복합기와 포장대를 함께 씁니다.",
            "Seats for preparing online sales and shipping, with a shared printer and packing table.",
        ),
        ("1층", "1st floor"),
        1,
        [f"좌석 {n}" for n in range(1, 25)],
    ),
    (
        "recording",
        Category.RECORDING,
        ("녹음실", "Recording room"),
        ("음향 편집기 · 최대 2명", "Sound editing desk · up to 2 people"),
        (
            "방음 부스와 음향 편집기가 있어 광고 음성과 방송 해설을 녹음합니다.",
            "A sound-proof booth and an editing desk for voice-overs and commentary.",
        ),
        ("2층", "2nd floor"),
        2,
        ["1", "2"],
    ),
    (
        "conference",
        Category.CONFERENCE,
        ("컨퍼런스룸", "Conference room"),
        ("화상 회의 · 교육 · 12인과 30인", "Video meetings and training · for 12 and for 30"),
        (
            "화상 회의 장비와 빔프로젝터가 있습니다. 신청을 확인한 뒤 확정합니다.",
            "With video conferencing and a projector. Confirmed after we have looked at the request.",
        ),
        ("1층", "1st floor"),
        30,
        ["소회의실", "대회의실"],
    ),
]
EQUIPMENT = [
    (
        "live-camera",
        ("현장라이브 카메라 세트", "Live camera set"),
        ("카메라·삼각대·송출기", "Camera, tripod, encoder"),
        ["studio", "conference"],
        3,
    ),
    (
        "sound-editor",
        ("음향 편집기", "Sound editor"),
        ("휴대용 믹서와 편집용 노트북", "Portable mixer and editing laptop"),
        ["studio", "recording"],
        2,
    ),
    (
        "wireless-mic",
        ("현장라이브 무선 마이크", "Wireless microphones"),
        ("2채널, 배터리 포함", "Two channels, with batteries"),
        ["studio", "recording", "conference"],
        4,
    ),
    (
        "light-kit",
        ("현장라이브 조명 키트", "Light kit"),
        ("LED 2등과 반사판", "Two LED lights and a reflector"),
        ["studio", "conference"],
        2,
    ),
]
NOTICES = [
    (
        "겨울철 주차장 안내",
        "12월부터 2월까지 지하 주차장만 개방합니다. 지상 주차장은 제설 작업으로 이용할 수 없습니다.",
    ),
    (
        "공간 예약을 온라인으로 받습니다",
        "스튜디오, 공유 오피스, 녹음실, 컨퍼런스룸을 이 누리집에서 바로 예약할 수 있습니다.",
    ),
    (
        "1인 스튜디오 배경지를 새로 갖추었습니다",
        "흰색, 회색, 연두색, 하늘색 배경지를 모든 방에 갖추었습니다.",
    ),
]


def build() -> None:
    """Everything the house itself consists of."""
    for position, row in enumerate(SPACES):
        _space(position, *row)
    for position, item in enumerate(EQUIPMENT):
        _equipment(10 + position, *item)
    _hours()
    _rules()
    _closures()
    for age, (title, body) in enumerate(NOTICES):
        Notice.objects.create(
            title=title, body=body, publish_at=clock.now() - (3 + 20 * age) * clock.DAY
        )


def _space(
    position: int,
    slug: str,
    category: Category,
    names: Pair,
    summaries: Pair,
    texts: Pair,
    places: Pair,
    capacity: int,
    units: list[str],
) -> None:
    resource = Resource.objects.create(
        slug=slug,
        category=category,
        name=names[0],
        name_en=names[1],
        summary=summaries[0],
        summary_en=summaries[1],
        description=texts[0],
        description_en=texts[1],
        location=places[0],
        location_en=places[1],
        accessibility="승강기와 장애인 화장실이 있습니다.",
        accessibility_en="Lift and accessible toilet.",
        capacity=capacity,
        position=position,
    )
    sizes = {"소회의실": 12, "대회의실": 30}
    Unit.objects.bulk_create(
        Unit(resource=resource, name=name, capacity=sizes.get(name), position=n)
        for n, name in enumerate(units)
    )


def _equipment(
    position: int, slug: str, names: Pair, summaries: Pair, spaces: list[str], count: int
) -> None:
    resource = Resource.objects.create(
        slug=slug,
        category=Category.EQUIPMENT,
        name=names[0],
        name_en=names[1],
        summary=summaries[0],
        summary_en=summaries[1],
        location="2층 장비실",
        location_en="Equipment room, 2nd floor",
        position=position,
    )
    resource.used_in.set(Resource.objects.filter(slug__in=spaces))
    Unit.objects.bulk_create(
        Unit(
            resource=resource,
            name=f"#{n}",
            asset_number=f"DG-{position:02}-{n:03}",
            serial_number=f"{slug[:2].upper()}{2100 + position * 37 + n * 11}",
            position=n,
        )
        for n in range(1, count + 1)
    )


def _hours() -> None:
    """Monday to Friday 9–18 with lunch off (domain.md §1)."""
    OpeningHours.objects.bulk_create(
        OpeningHours(weekday=day, opens=opens, closes=closes, valid_from=_SINCE)
        for day in range(5)
        for opens, closes in ((dt.time(9), dt.time(12)), (dt.time(13), dt.time(18)))
    )


def _rules() -> None:
    """The house's rules written out, so that staff see and change them."""
    Policy.objects.create(
        valid_from=_SINCE,
        slot_minutes=60,
        min_minutes=60,
        max_minutes=180,
        buffer_before=0,
        buffer_after=15,
        notice_days=3,
        notice_hours=0,
        horizon_days=30,
        per_day=1,
        per_month=3,
        cancel_days=2,
        cancel_time=dt.time(18),
        grace_before=10,
        grace_after=10,
        needs_approval=False,
        approval_days=2,
        hold_minutes=10,
    )
    Policy.objects.create(
        category=Category.OFFICE_SEAT,
        valid_from=_SINCE,
        max_minutes=300,
        buffer_after=0,
        notice_days=1,
        per_month=12,
        cancel_days=1,
    )
    Policy.objects.create(
        category=Category.CONFERENCE, valid_from=_SINCE, needs_approval=True, per_month=2
    )


def _closures() -> None:
    """A morning of maintenance in one studio, some time ahead."""
    studio = Unit.objects.get(resource__slug="studio", name="D")
    day = clock.today() + 16 * clock.DAY
    day += max(0, 7 - day.weekday()) * clock.DAY if day.weekday() >= 5 else 0 * clock.DAY
    closures.close(
        closure=Closure(
            kind=ClosureKind.MAINTENANCE,
            unit=studio,
            starts=clock.at(day, dt.time(9)),
            ends=clock.at(day, dt.time(12)),
            reason="조명 정기 점검",
        )
    )
