"""What makes the demo's figures speak: targets of the years, and what people said of uses."""

from __future__ import annotations

import random

from bookings.models import Booking, BookingState, Feedback
from center import clock, periods
from center.demo import past
from center.reports.models import YearlyTarget
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
}
#: every so many uses somebody answers
_ANSWERED = 4


def build() -> None:
    """After the bookings: targets of this year and the one before, answers of the past."""
    year = clock.today().year
    YearlyTarget.objects.bulk_create(
        YearlyTarget(
            year=of_year, figure=key, value=value, note="운영 협약(시범)", position=position
        )
        for of_year in (year - 1, year)
        for position, (key, value) in enumerate(_TARGETS.items())
    )
    answer()


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
