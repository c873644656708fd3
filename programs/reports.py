"""The figures of programs: what each means is said here, once.

Half-open spans of instants; a figure belongs to the span in which

- an application was handed in (``applied``), got its place (``selected``: decided, or handed in
  where nothing had to be decided), was completed or ended without (``completed``,
  ``not_completed``);
- a broadcast began (``broadcasts``, and what was entered of it), a sale was settled;
- a consultation was closed, an opinion was given;
- a program ended for a business (what it brought: ``sales``, ``orders``, ``viewers``, asked
  afterwards). Stages are sums since the end, so the latest one that counts stands for a
  business. Answers that are missing, and those that stand out until somebody has looked at
  them, are in none of the sums; ``missing`` and ``doubtful`` say how many they are.

Nothing is a zero that was not said: a sum nobody contributed to is None. A constant number of
queries whatever there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Avg, Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from center import clock
from programs.models import (
    Application,
    ApplicationState,
    Broadcast,
    Consultation,
    ConsultationState,
    Outcome,
    OutcomeStage,
    OutcomeState,
    ProductResult,
    Satisfaction,
    SessionKind,
    Settlement,
)


class By(StrEnum):
    """What the rows are: their key is a program's id, a kind's key or a district's code."""

    PROGRAM = "program_id"
    KIND = "program__kind"
    DISTRICT = "district"


@dataclass(frozen=True)
class Figures:
    """One row. Money in won; sums nobody contributed to are None."""

    key: str
    applied: int = 0
    selected: int = 0
    businesses: int = 0  # distinct ones among the selected
    completed: int = 0
    not_completed: int = 0
    broadcasts: int = 0
    broadcast_viewers: int | None = None
    broadcast_orders: int | None = None
    broadcast_sales: int | None = None
    settled: int = 0
    settled_sales: int | None = None
    consultations: int = 0
    advised: int = 0  # distinct businesses among them
    answered: int = 0
    missing: int = 0
    doubtful: int = 0
    sales: int | None = None
    orders: int | None = None
    viewers: int | None = None
    compared: int = 0  # businesses with a baseline and 90 days
    compared_sales: int | None = None
    baseline: int | None = None
    opinions: int = 0
    content: float | None = None
    conduct: float | None = None
    usefulness: float | None = None

    @property
    def completion_rate(self) -> Decimal | None:
        """Completed of those for whom it ended, in percent with one decimal."""
        return _percent(self.completed, self.completed + self.not_completed)

    @property
    def change(self) -> Decimal | None:
        """Sales of the 90 days after against those of the three months before, of the
        businesses that said both: percent more (or, negative, less)."""
        if self.compared_sales is None or not self.baseline:
            return None
        return _percent(self.compared_sales - self.baseline, self.baseline)


def _percent(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    exact = Decimal(part) * 100 / Decimal(whole)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def figures(*, start: dt.datetime, end: dt.datetime, by: By) -> list[Figures]:
    """The rows of [start, end) that have anything, by key. 8 queries."""
    found: dict[str, dict[str, Any]] = {}
    for part in (
        _applications(start, end, by),
        _ended(start, end, by),
        _broadcasts(start, end, by),
        _sold(start, end, by),
        _settlements(start, end, by),
        _consultations(start, end, by),
        _outcomes(start, end, by),
        _opinions(start, end, by),
    ):
        for row in part:
            key = str(row.pop("key") or "")
            found.setdefault(key, {}).update(row)
    known = {field.name for field in fields(Figures)}
    rows = [
        Figures(key, **{n: v for n, v in row.items() if n in known}) for key, row in found.items()
    ]
    return sorted((row for row in rows if row != Figures(row.key)), key=lambda row: row.key)


Rows = Iterable[dict[str, Any]]


def _keyed(rows: QuerySet[Any], by: By, path: str) -> QuerySet[Any, Any]:
    """Grouped by the key; ``path`` leads to the application."""
    return rows.order_by().values(key=F(f"{path}{by}"))


def _within(name: str, start: dt.datetime, end: dt.datetime) -> Q:
    return Q(**{f"{name}__gte": start, f"{name}__lt": end})


def _applications(start: dt.datetime, end: dt.datetime, by: By) -> Rows:
    rows = Application.objects.handed_in().annotate(
        placed_at=Coalesce("decided_at", "submitted_at")
    )
    placed = Q(state__in=ApplicationState.placed) & _within("placed_at", start, end)
    applied = _within("submitted_at", start, end)
    return _keyed(rows.filter(applied | placed), by, "").annotate(
        applied=Count("pk", filter=applied),
        selected=Count("pk", filter=placed),
        businesses=Count("merchant", filter=placed, distinct=True),
    )


def _ended(start: dt.datetime, end: dt.datetime, by: By) -> Rows:
    rows = Application.objects.filter(_within("ended_at", start, end))
    return _keyed(rows, by, "").annotate(
        completed=Count("pk", filter=Q(state=ApplicationState.COMPLETED)),
        not_completed=Count("pk", filter=Q(state=ApplicationState.NOT_COMPLETED)),
    )


def _on_air(start: dt.datetime, end: dt.datetime) -> QuerySet[Broadcast]:
    """Broadcasts with results whose (last) broadcast began in the span."""
    began = Max(
        "application__sessions__starts",
        filter=Q(application__sessions__kind=SessionKind.BROADCAST)
        & ~Q(application__sessions__state="cancelled"),
    )
    rows = Broadcast.objects.filter(entered_at__isnull=False).annotate(began=began)
    return rows.filter(_within("began", start, end))


def _broadcasts(start: dt.datetime, end: dt.datetime, by: By) -> Rows:
    rows = Broadcast.objects.filter(pk__in=_on_air(start, end).values("pk"))
    return _keyed(rows, by, "application__").annotate(
        broadcasts=Count("pk"), broadcast_viewers=Sum("viewers")
    )


def _sold(start: dt.datetime, end: dt.datetime, by: By) -> Rows:
    rows = ProductResult.objects.filter(broadcast__in=_on_air(start, end).values("pk"))
    return _keyed(rows, by, "broadcast__application__").annotate(
        broadcast_orders=Sum("orders"), broadcast_sales=Sum("sales")
    )


def _settlements(start: dt.datetime, end: dt.datetime, by: By) -> Rows:
    rows = Settlement.objects.filter(_within("settled_at", start, end))
    return _keyed(rows, by, "application__").annotate(
        settled=Count("pk"), settled_sales=Sum("sales")
    )


def _consultations(start: dt.datetime, end: dt.datetime, by: By) -> Rows:
    closed = Q(state=ConsultationState.CLOSED) & _within("closed_at", start, end)
    return _keyed(Consultation.objects.filter(closed), by, "application__").annotate(
        consultations=Count("pk"), advised=Count("merchant", distinct=True)
    )


def _outcomes(start: dt.datetime, end: dt.datetime, by: By) -> Rows:
    """``start`` and ``end`` as days in Korea: a program ends on a day."""
    rows = Outcome.objects.filter(ended_on__gte=clock.day_of(start), ended_on__lt=clock.day_of(end))
    latest = Q(
        pk__in=Outcome.objects.counted()
        .order_by("application_id", "-stage")
        .distinct("application_id")
        .values("pk")
    )
    counts = Q(flags__len=0) | Q(checked_at__isnull=False)
    both = Q(
        stage=OutcomeStage.QUARTER,
        state=OutcomeState.ANSWERED,
        application__baseline_sales__isnull=False,
    )
    return _keyed(rows, by, "application__").annotate(
        answered=Count("pk", filter=Q(state=OutcomeState.ANSWERED)),
        missing=Count("pk", filter=Q(state=OutcomeState.MISSING)),
        doubtful=Count("pk", filter=Q(state=OutcomeState.ANSWERED) & ~counts),
        # Before ``sales``, which from its own line on means the sum.
        compared_sales=Sum("sales", filter=both & counts),
        sales=Sum("sales", filter=latest),
        orders=Sum("orders", filter=latest),
        viewers=Sum("viewers", filter=latest),
        compared=Count("pk", filter=both & counts),
        baseline=Sum("application__baseline_sales", filter=both & counts),
    )


def _opinions(start: dt.datetime, end: dt.datetime, by: By) -> Rows:
    rows = Satisfaction.objects.filter(_within("at", start, end))
    return _keyed(rows, by, "application__").annotate(
        opinions=Count("pk"),
        content=Avg("content"),
        conduct=Avg("conduct"),
        usefulness=Avg("usefulness"),
    )


def by_key(rows: Iterable[Figures]) -> Mapping[str, Figures]:
    """For whoever joins them to names."""
    return {row.key: row for row in rows}
