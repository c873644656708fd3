"""What cancelling or moving dates of a regular use would come to, shown before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bookings.messages.people import people
from bookings.models import SeriesDate
from bookings.series_form import ChangeForm
from bookings.services import series_dates
from bookings.services.series_dates import Report
from center.errors import Violation
from center.models import User


@dataclass(frozen=True)
class Rehearsal:
    """The dates that would change and those that would stay, and who would be told."""

    changed: Sequence[SeriesDate]
    stayed: Sequence[tuple[SeriesDate, Violation]]
    told: Sequence[User]

    @property
    def agreed(self) -> str:
        """What the form sends back: each date and how often its booking had been changed."""
        return " ".join(
            f"{date.pk}:{date.booking.sequence if date.booking else '-'}" for date in self.changed
        )

    @property
    def is_empty(self) -> bool:
        """Whether it comes to no date at all: not even to one that has to stay."""
        return not (self.changed or self.stayed)

    @property
    def booked(self) -> list[SeriesDate]:
        return [date for date in self.changed if date.is_booked]


def of(*, date: SeriesDate, data: dict[str, Any], by: User, by_staff: bool) -> Rehearsal:
    """The act of a ``ChangeForm``, tried and taken back date by date."""
    report = act(date=date, data=data, by=by, by_staff=by_staff, rehearse=True)
    booked_by = {row.booking.booked_by_id for row in report.changed if row.booking}
    concerned = any(row.is_booked for row in report.changed)
    told = people(date.series.merchant_id, booked_by) if concerned else []
    return Rehearsal(report.changed, report.stayed, told)


def act(
    *, date: SeriesDate, data: dict[str, Any], by: User, by_staff: bool, rehearse: bool = False
) -> Report:
    """Cancel or move, as the ``ChangeForm`` says."""
    common: dict[str, Any] = {
        "date": date,
        "scope": data["scope"],
        "by": by,
        "by_staff": by_staff,
        "rehearse": rehearse,
    }
    if data["act"] == ChangeForm.CANCEL:
        return series_dates.cancel(**common)
    return series_dates.change_time(
        **common,
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        override=date.series.override if by_staff else "",
    )
