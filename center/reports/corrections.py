"""Months whose data were corrected after they were frozen, as a longer report must mind them.

A quarter counts the data as they stand, its months are frozen as they stood. Less the months
beside it, the quarter states what a corrected month would state today; so it hides what a new
version of that month would hide, and says that it is not the sum of what its months state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from center import periods
from center.periods import Period, PeriodKind
from center.reports import publishing
from center.reports.content import Content, Corrected
from center.reports.disclosure_together import Said
from center.reports.models import Edition


@dataclass(frozen=True)
class Correction:
    """A month that was frozen as ``edition``; ``live`` is what it comes to now and ``public``
    what its new version would hand out now, beside all that was handed out."""

    edition: Edition
    live: Content
    public: Content

    def is_in(self, period: Period) -> bool:
        return period.starts <= self.edition.starts and self.edition.ends <= period.ends


def count(period: Period, *, as_of: dt.datetime) -> tuple[Content, list[Correction]]:
    """Every figure as the data stand now, and the months corrected since they were frozen; all
    of it from one state of the database."""
    with publishing.snapshot():
        content = publishing.count(period, as_of=as_of)
        changed = _changed(_months_minded(period, content), as_of)
    if changed:
        content["corrected"] = [
            Corrected(key=edition.period_key, version=edition.version) for edition, _live in changed
        ]
    return content, [_correction(edition, live) for edition, live in changed]


def protect(period: Period, content: Content, found: Sequence[Correction]) -> Content:
    """The content as it may be handed out beside what was and what corrected months would be."""
    return publishing.protect(
        period,
        content,
        also=[each.public for each in found if each.is_in(period)],
        before=[each.public for each in found if not each.is_in(period)],
        beside=[
            *publishing.said_beside(period),
            *(Said(each.live, each.public) for each in found if each.is_in(period)),
        ],
    )


def _months_minded(period: Period, content: Content) -> list[str]:
    """The keys of months it contains and, where targets state the year to date, of those before
    it in the year."""
    months = [] if period.kind == PeriodKind.MONTH else period.months()
    if content["targets"]:
        year = period.year_to_date().months()
        months = [*(month for month in year if month.ends <= period.starts), *months]
    return [month.key for month in months]


def _changed(keys: Sequence[str], as_of: dt.datetime) -> list[tuple[Edition, Content]]:
    """The newest editions of these months that state any number otherwise than the data do."""
    newest = Edition.objects.filter(period_key__in=keys).order_by("period_key", "-version")
    found = []
    for edition in newest.distinct("period_key"):
        live = publishing.count(periods.of_key(edition.period_key), as_of=as_of)
        if publishing.is_corrected(edition.full, live):
            found.append((edition, live))
    return found


def _correction(edition: Edition, live: Content) -> Correction:
    month = periods.of_key(edition.period_key)
    public = publishing.protect(month, live, beside=publishing.said_beside(month))
    return Correction(edition, live, public)
