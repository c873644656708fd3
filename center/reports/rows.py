"""The bookings behind a number, row by row, for whoever runs the house and says what for.

Only columns that were chosen are read; numbers of businesses are masked as everywhere
(domain.md §2); each row names who took the list, so that a copy that turns up somewhere
tells where it came from. Read and written piece by piece: memory does not grow with the list.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bookings.models import Booking, BookingState
from center import clock, csv_file, pieces, replica
from center.models import User
from center.periods import Period

_KST = dt.timedelta(hours=9)


def _as_is(value: Any) -> Any:
    return "" if value is None else value


def _text(value: str | None) -> str:
    """What begins with a letter or a digit is harmless, and that is nearly everything."""
    return value if value and value[0].isalnum() else csv_file.neutral(value)


def _moment(value: dt.datetime) -> str:
    """Korean clock; one addition instead of a time zone's rules for each of many rows."""
    return (value + _KST).isoformat(" ", "minutes")[:16]


def _number(value: str | None) -> str:
    return f"{value[:3]}-{value[3:5]}-*****" if value else ""


def _state(value: str) -> str:
    return _state_in(value, get_language())


@functools.cache
def _state_in(value: str, language: str | None) -> str:
    return str(BookingState(value).label)


@dataclass(frozen=True)
class RowColumn:
    """``field`` is where Django finds it; ``write`` makes the cell."""

    key: str
    name: str | Promise
    field: str
    write: Callable[[Any], Any] = _as_is


COLUMNS = {
    column.key: column
    for column in (
        RowColumn("reference", gettext_lazy("Reference"), "reference"),
        RowColumn("space", gettext_lazy("Space"), "resource__name", _text),
        RowColumn("starts", gettext_lazy("From"), "starts", _moment),
        RowColumn("ends", gettext_lazy("Until"), "ends", _moment),
        RowColumn("state", gettext_lazy("State"), "state", _state),
        RowColumn("people", gettext_lazy("People"), "headcount"),
        RowColumn("business", gettext_lazy("Business"), "merchant__name", _text),
        RowColumn("number", gettext_lazy("Business number (masked)"), "merchant__number", _number),
        RowColumn("district", gettext_lazy("District code"), "merchant__district", _text),
        RowColumn("section", gettext_lazy("KSIC section"), "merchant__section", _text),
        RowColumn("purpose", gettext_lazy("Purpose of the use"), "purpose", _text),
    )
}


def bookings_of(period: Period) -> QuerySet[Booking]:
    """Those whose use begins in the period, as the figures count them."""
    begin, end = period.bounds
    return Booking.objects.filter(starts__gte=begin, starts__lt=end).exclude(
        state__in=[BookingState.HELD, BookingState.EXPIRED, BookingState.REJECTED]
    )


def businesses_of(period: Period) -> list[int]:
    """Whose data the list shows."""
    named = bookings_of(period).exclude(merchant=None).order_by()
    return list(named.values_list("merchant_id", flat=True).distinct())


def lines(period: Period, keys: Sequence[str], *, by: User, purpose: str) -> Iterator[bytes]:
    """The file in pieces: whose copy it is, the heads, the rows."""
    columns = [COLUMNS[key] for key in keys]
    mark = _text(f"{by.label} {clock.local(clock.now()):%Y-%m-%d %H:%M}")
    yield csv_file.BOM.encode() + _piece(
        [
            [_("Taken by"), _text(by.label)],
            [_("For"), _text(purpose)],
            [_("Bookings"), period.key],
            [*(str(column.name) for column in columns), _("Taken by")],
        ]
    )
    fields = [column.field for column in columns]
    writers, piece = [column.write for column in columns], []
    found = pieces.rows(bookings_of(period), fields, by=("starts", "pk"), read=replica.read)
    for row in found:
        piece.append([*(write(value) for write, value in zip(writers, row, strict=True)), mark])
        if len(piece) == pieces.AT_ONCE:
            yield _piece(piece)
            piece = []
    yield _piece(piece)


def _piece(rows: Iterable[Sequence[object]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()
