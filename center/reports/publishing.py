"""What has been handed out of a period, and what may be handed out now."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.db.models import Max, Min

from bookings.models import Booking
from center import clock, periods, replica
from center.periods import Period, PeriodKind
from center.reports import disclosure
from center.reports.assemble import compile_content
from center.reports.content import Cell, Content, Words
from center.reports.disclosure_together import Said
from center.reports.models import Edition, EditionQuerySet

#: kinds of periods that are frozen
FROZEN_KINDS = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)


@contextmanager
def snapshot() -> Iterator[None]:
    """All figures of a report from one state of the database; where a transaction is under
    way already, from that one."""
    connection = replica.connection()
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def first_day() -> dt.date | None:
    """The Korean day of the first booking there ever was."""
    first = Booking.objects.aggregate(first=Min("starts"))["first"]
    return clock.day_of(first) if first else None


def count(period: Period, *, as_of: dt.datetime) -> Content:
    """Every figure as the data stand now, none hidden."""
    with snapshot():
        return cast("Content", compile_content(period, as_of=as_of))


def protect(
    period: Period,
    content: Content,
    *,
    also: Sequence[Content] = (),
    before: Sequence[Content] = (),
    beside: Sequence[Said] = (),
) -> Content:
    """The content as it may be handed out beside all that was handed out already. ``also`` and
    ``before``: parts of the period, and of the year before it, that are seen or will be without
    being frozen so. ``beside``: with what it is read together number by number."""
    return disclosure.protect(
        content,
        parts=[*_public(_parts_of(period)), *also] if period.kind != PeriodKind.MONTH else (),
        earlier=_public(Edition.objects.of(period.key)),
        before=[*_public(_months_before(period)), *before],
        beside=beside,
    )


def newest() -> int | None:
    """The key of the last edition made of any period; None without any. One query."""
    last: int | None = Edition.objects.aggregate(last=Max("pk"))["last"]
    return last


def said_beside(period: Period) -> list[Said]:
    """All editions somebody can lay beside one of the period: of what it consists of, of what
    contains it, and of all that these consist of."""
    known = Edition.objects.filter(starts__lt=period.ends, ends__gt=period.starts)
    starts, ends = known.aggregate(starts=Min("starts"), ends=Max("ends")).values()
    if starts is None:
        return []
    within = Edition.objects.filter(starts__gte=starts, ends__lte=ends).order_by("pk")
    return [Said(edition.full, edition.public) for edition in within]


def subject_of(period: Period) -> tuple[str, list[int]]:
    """How the access log names figures that no edition states: by their first and last day."""
    return "report_period", [int(f"{day:%Y%m%d}") for day in (period.starts, period.last)]


def editions_in(period: Period) -> EditionQuerySet:
    """All versions of the period and of its months."""
    keys = [period.key, *(month.key for month in period.months())]
    return Edition.objects.filter(period_key__in=keys).defer("content")


def count_editions(period: Period) -> int:
    """How many there are of the period and its months; it only grows."""
    return editions_in(period).count()


def months_open(period: Period) -> list[Period]:
    """Its months without an edition; those before the house had its first booking aside."""
    first = first_day()
    months = [month for month in period.months() if first and month.ends > first]
    keys = [month.key for month in months]
    known = Edition.objects.filter(period_key__in=keys).values_list("period_key", flat=True)
    frozen = set(known)
    return [month for month in months if month.key not in frozen]


def last_month_frozen() -> Period | None:
    """The latest month that has an edition."""
    newest = Edition.objects.filter(period_key__regex=r"^\d{4}-\d{2}$").order_by("-starts")
    key = newest.values_list("period_key", flat=True).first()
    return periods.of_key(key) if key else None


def is_frozen(period: Period) -> bool:
    """Whether all of it has been stated once and for all; nothing is before the first booking."""
    return first_day() is not None and not months_open(period)


def _public(editions: Iterable[Edition]) -> list[Content]:
    return [edition.public for edition in editions]


def _parts_of(period: Period) -> Iterable[Edition]:
    """Of its months, and of quarters and halves where it is longer: less the others, it states
    each of them."""
    within = Edition.objects.filter(starts__gte=period.starts, ends__lte=period.ends)
    return within.exclude(period_key=period.key).order_by("starts", "version")


def _months_before(period: Period) -> Iterable[Edition]:
    """The months of the year up to the period, whose results its year to date contains."""
    year = period.year_to_date()
    months = [month.key for month in year.months() if month.ends <= period.starts]
    return Edition.objects.filter(period_key__in=months).order_by("starts", "version")


@dataclass(frozen=True)
class Difference:
    """A number that is not what it was."""

    table: Words
    row: Words | None
    figure: Words
    before: Cell
    after: Cell
    decimals: int = 0


def differences(before: Content, after: Content) -> list[Difference]:
    """Every number that two contents of a period state differently; of what only one of them
    has, the other's is empty."""
    old, new = _numbers(before), _numbers(after)
    found = []
    for key in dict.fromkeys([*old, *new]):
        had, has = old.get(key), new.get(key)
        if (had and had[0]) != (has and has[0]):
            table, row, figure, decimals = (has or had)[1]  # type: ignore[index]
            found.append(Difference(table, row, figure, had and had[0], has and has[0], decimals))
    return found


def is_corrected(frozen: Content, live: Content) -> bool:
    """Whether a period's data state any number differently than its edition does. A figure
    that only one of them knows, or that stands in another table now, is a newer release's."""
    targets = [
        {target["key"]: target["result"] for target in content["targets"]}
        for content in (frozen, live)
    ]
    both = targets[0].keys() & targets[1].keys()
    if any(targets[0][key] != targets[1][key] for key in both):
        return True
    known = _figures(frozen) & _figures(live)
    return _stated(frozen, known) != _stated(live, known)


def _figures(content: Content) -> set[str]:
    return {figure["key"] for figure in content["figures"]}


def _stated(content: Content, figures: set[str]) -> dict[tuple[str | None, str], Counter[Cell]]:
    """What is stated of these figures for each row, wherever it stands."""
    found: dict[tuple[str | None, str], Counter[Cell]] = defaultdict(Counter)
    for (_table, row, figure), (cell, _named) in _numbers(content).items():
        if figure in figures:
            found[row, figure][cell] += 1
    return found


_Named = tuple[Words, Words | None, Words, int]


def _numbers(content: Content) -> dict[tuple[str, str | None, str], tuple[Cell, _Named]]:
    figures = {figure["key"]: figure for figure in content["figures"]}
    found: dict[tuple[str, str | None, str], tuple[Cell, _Named]] = {}
    for table in content["tables"]:
        lines: list[tuple[str | None, Words | None, Sequence[Cell]]] = [
            (row["key"], row["name"], row["cells"]) for row in table["rows"]
        ]
        if table["total"] is not None:
            lines.insert(0, (None, None, table["total"]))
        for key, name, cells in lines:
            for column, cell in zip(table["columns"], cells, strict=True):
                named = (table["title"], name, figures[column]["name"], figures[column]["decimals"])
                found[table["key"], key, column] = (cell, named)
    return found
