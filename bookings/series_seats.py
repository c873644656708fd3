"""The seat of a regular use: the one wished for, else the same each week, where it is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Prefetch

from bookings.models import Allocation, Series, SeriesDate, Unit


def preferred(series: Series) -> Unit | None:
    """The seat wished for, without a wish the usual one. One query without a wish, none where
    ``seat`` was loaded with the series."""
    return series.seat or usual(series)


def usual(series: Series) -> Unit | None:
    """The unit most of its dates have, the earlier of two with as many; None without any.
    One query."""
    taken = Allocation.objects.filter(
        booking__series_date__series=series, unit__resource=series.resource_id
    )
    units = [row.unit for row in taken.select_related("unit__resource").order_by("during", "pk")]
    return Counter(units).most_common(1)[0][0] if units else None


def dates_of(series: Series) -> list[SeriesDate]:
    """Every date with its booking and the units it has. 2 queries, of which the second is for
    the units."""
    own = Allocation.objects.filter(unit__resource=series.resource_id)
    units = Prefetch(
        "booking__allocations", queryset=own.select_related("unit__resource"), to_attr="seats"
    )
    rows = series.dates.select_related("booking").prefetch_related(units).order_by("day")
    for row in rows:
        row.series = series
    return list(rows)


def elsewhere(dates: Iterable[SeriesDate], seat: Unit | None) -> list[SeriesDate]:
    """Those that have another unit than ``seat``."""
    if seat is None:
        return []
    return [date for date in dates if any(row.unit_id != seat.pk for row in seats_of(date))]


def seats_of(date: SeriesDate) -> list[Allocation]:
    """The units of a date of ``dates_of``; none where it has no booking."""
    return list(getattr(date.booking, "seats", ()))
