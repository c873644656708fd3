"""What makes the demo's figures speak: targets of the years, what people said of uses, and what
staff entered of things no row tells."""

from __future__ import annotations

import random

from bookings.models import Booking, BookingState, Feedback
from center import clock, periods
from center.demo import past
from center.reports import publishing
from center.reports.models import OutsideFigure, OutsideKind, YearlyTarget
from center.reports.services import freezing

#: what a house like this is asked for in a year (domain.md §1)
_TARGETS = {
    "bookings.businesses": 300,
    "bookings.uses": 7_000,
    "bookings.utilisation": 45,
    "satisfaction.mean": 4.5,
    "programs.supported": 500,
    "programs.products": 1_000,
    "programs.completed": 150,
    "programs.broadcasts": 20,
    "programs.broadcast_sales": 30_000_000,
    "outside.jobs": 60,
    "outside.spent": 800_000,
}
#: of a month, at least and at most, and where staff read it; money in thousand won
_ELSEWHERE = {
    OutsideKind.CONTENTS: (25, 60, "콘텐츠 제작 관리대장"),
    OutsideKind.SHOPS: (6, 14, "온라인 입점 확인서"),
    OutsideKind.JOBS: (2, 9, "고용보험 자격취득 명부"),
    OutsideKind.SPENT: (48_000, 72_000, "e나라도움 집행 내역"),
}
#: every so many uses somebody answers
_ANSWERED = 4


def build() -> None:
    """After the bookings: targets of this year and the one before, what the past left."""
    year = clock.today().year
    YearlyTarget.objects.bulk_create(
        YearlyTarget(
            year=of_year, figure=key, value=value, note="운영 협약(시범)", position=position
        )
        for of_year in (year - 1, year)
        for position, (key, value) in enumerate(_TARGETS.items())
    )
    answer()
    enter_from_elsewhere()


def freeze_last_month() -> None:
    """Have the last finished month frozen as soon as there is a worker; the timetable does the
    months before."""
    freezing.ask(period=periods.month(clock.today()).previous(), by=None)


def answer() -> None:
    """Answers about uses of the demo's own that nobody spoke of yet."""
    silent = past.made_here().filter(state=BookingState.COMPLETED, feedback=None)
    Feedback.objects.bulk_create(
        (_said(booking) for booking in silent if booking.pk % _ANSWERED == 0), batch_size=1000
    )


def enter_from_elsewhere() -> None:
    """Of each finished month of the demo that has nothing yet."""
    first = publishing.first_day()
    known = set(OutsideFigure.objects.values_list("month", flat=True))
    month = periods.month(clock.today()).previous()
    while first and month.ends > first and month.starts not in known:
        draw = random.Random(f"{past.SEED} {month.key}")
        OutsideFigure.objects.bulk_create(
            OutsideFigure(month=month.starts, kind=kind, value=draw.randint(low, high), source=told)
            for kind, (low, high, told) in _ELSEWHERE.items()
        )
        month = month.previous()


def _said(booking: Booking) -> Feedback:
    draw = random.Random(f"{past.SEED} {booking.starts} {booking.merchant_id}")
    marks = draw.choices((5, 4, 3, 2), (62, 28, 8, 2), k=3)
    return Feedback(
        booking=booking,
        space=marks[0],
        help=marks[1],
        equipment=marks[2] if draw.random() < 0.3 else None,
        at=booking.ends + clock.DAY / 8,
    )
