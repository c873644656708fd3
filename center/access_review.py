"""The monthly look through the access log: figures of a month, open months, signing off.

안전성 확보조치 기준 wants the log checked at the interval the house's own plan sets, and
the reasons of downloads with it (domain.md §3). Months are Korean calendar months.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from center import clock
from center.errors import RuleViolation, Violation
from center.models import AccessAction, AccessRecord, AccessReview, User

#: personal data that leaves the portal
TAKEN_OUT = (AccessAction.DOWNLOAD, AccessAction.EXPORT, AccessAction.PRINT)


@dataclass(frozen=True)
class MonthFigures:
    """What a reviewer looks at first; every row leads to the records behind it."""

    records: int
    by_actor: Sequence[Mapping[str, object]]
    outside_hours: Sequence[Mapping[str, object]]
    many_subjects: Sequence[Mapping[str, object]]
    taken_out: Sequence[AccessRecord]


@dataclass(frozen=True)
class OpenMonth:
    """A finished month nobody has signed off."""

    month: dt.date
    is_overdue: bool


def records_of(month: dt.date) -> QuerySet[AccessRecord]:
    return AccessRecord.objects.between(*clock.month_bounds(month))


def figures(month: dt.date) -> MonthFigures:
    """Five queries, however long the log is."""
    rows = records_of(month).order_by()
    people = rows.values("actor_id", "actor_label")
    counts = {action.value: Count("pk", filter=Q(action=action)) for action in AccessAction}
    return MonthFigures(
        records=rows.count(),
        by_actor=list(
            people.annotate(
                records=Count("pk"), subjects=Sum(F("subject_ids__len")), **counts
            ).order_by("-records", "actor_label")
        ),
        outside_hours=list(
            people.filter(outside_office_hours())
            .annotate(records=Count("pk"), first=Min("at"))
            .order_by("-records", "actor_label")
        ),
        many_subjects=_many_subjects(rows),
        taken_out=list(rows.filter(action__in=TAKEN_OUT).order_by("at", "pk")[:500]),
    )


def _many_subjects(rows: QuerySet[AccessRecord]) -> list[Mapping[str, object]]:
    """Days on which one person saw the data of unusually many."""
    return list(
        rows.exclude(actor=None)
        .values("actor_id", "actor_label", day=TruncDate("at", tzinfo=clock.KST))
        .annotate(records=Count("pk"), subjects=Sum(F("subject_ids__len")))
        .filter(subjects__gt=settings.ACCESS_MANY_SUBJECTS)
        .order_by("-subjects", "day")
    )


def outside_office_hours() -> Q:
    """By people, not by the system; on a weekend or before opening or after closing."""
    weekend = Q(at__iso_week_day__gte=6)
    early, late = Q(at__hour__lt=settings.OFFICE_OPENS), Q(at__hour__gte=settings.OFFICE_CLOSES)
    return Q(actor__isnull=False) & (weekend | early | late)


def open_months() -> list[OpenMonth]:
    """Finished months since the log began that are not signed off, oldest first."""
    began = AccessRecord.objects.aggregate(first=Min("at"))["first"]
    if began is None:
        return []
    signed = set(AccessReview.objects.values_list("month", flat=True))
    month, found = clock.day_of(began).replace(day=1), []
    while (ends := clock.month_bounds(month)[1]) <= clock.now():
        if month not in signed:
            due = ends + settings.ACCESS_REVIEW_DAYS * clock.DAY
            found.append(OpenMonth(month, clock.now() >= due))
        month = clock.day_of(ends)
    return found


@transaction.atomic
def sign(*, month: dt.date, by: User, note: str) -> AccessReview:
    """Sign a finished month off, once."""
    if clock.month_bounds(month)[1] > clock.now():
        raise RuleViolation(
            Violation(
                "month_not_over",
                _("This month is not over yet."),
                _("Sign it off after its last day."),
            )
        )
    try:
        with transaction.atomic():
            return AccessReview.objects.create(
                month=month,
                signed_by=by,
                signed_at=clock.now(),
                records=records_of(month).count(),
                note=note,
            )
    except IntegrityError as taken:
        raise RuleViolation(
            Violation(
                "already_signed",
                _("Somebody has signed this month off already."),
                _("Their finding is shown below."),
            )
        ) from taken
