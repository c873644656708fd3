"""What the pages of a period show: its versions, the numbers of one of them, what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from center import clock, periods
from center.figures import Wish, registry
from center.models import User
from center.periods import Period
from center.reports import outline, publishing, reading
from center.reports.content import Content, Words, digest
from center.reports.models import Comparison, Compiling, Edition, Subscription
from center.reports.outline import NOTHING, Outline, Stamp, Value
from center.reports.publishing import Difference

PRELIMINARY = "preliminary"


@dataclass(frozen=True)
class Source:
    """One edition, or what stands before the first: its numbers and its stamp."""

    period: Period
    label: str
    content: Content
    stamp: Stamp
    edition: Edition | None = None


@dataclass(frozen=True)
class Change:
    """A number that changed, in words."""

    where: str
    figure: str
    before: str
    after: str


def source(period: Period, label: str, *, full: bool = False) -> Source:
    """The edition of an address; with the hidden numbers where ``full``.

    Raises Http404 where there is none, and for preliminary numbers once the period is frozen
    or while it has not begun.
    """
    if label == PRELIMINARY:
        return _preliminary(period, full=full)
    edition = Edition.objects.of(period.key).filter(version=int(label[1:])).first()
    if edition is None:
        raise Http404
    return of_edition(edition, period, full=full)


def stamp_of(edition: Edition, *, full: bool = False) -> Stamp:
    return Stamp(
        edition.label,
        edition.digest if full else edition.public_digest,
        frozen_at=edition.frozen_at,
        reason=edition.reason,
        is_public=not full,
    )


def of_edition(edition: Edition, period: Period, *, full: bool = False) -> Source:
    stamp = stamp_of(edition, full=full)
    return Source(period, edition.label, edition.full if full else edition.public, stamp, edition)


def public(edition: Edition) -> Source:
    """An edition as it may leave the house."""
    return of_edition(edition, periods.of_key(edition.period_key))


def _preliminary(period: Period, *, full: bool) -> Source:
    """What changes from day to day is no file that leaves the house: two of them could be
    compared. Whoever reads aggregates sees the whole, rounded (``aggregates``)."""
    if period.bounds[0] > clock.now() or Edition.objects.of(period.key).exists():
        raise Http404
    wish = Wish(period, reading.as_of(period))
    content = reading.read(wish, registry.standing(period), full=full)
    return Source(
        period, PRELIMINARY, content, Stamp(PRELIMINARY, digest(content), is_public=not full)
    )


def outlined(found: Source, language: str | None = None) -> Outline:
    return outline.build(found.content, found.stamp, language=language or get_language() or "ko")


def comparison(edition: Edition) -> Comparison | None:
    """What the data stated differently than an edition when that was last looked at."""
    return getattr(edition, "comparison", None)


def pending(comparison: Comparison) -> list[Difference]:
    """What was corrected since. Full numbers: for the house alone."""
    return [Difference(**each) for each in comparison.differences]


def changes(differences: list[Difference]) -> list[Change]:
    return [
        Change(
            where=" · ".join((_said(each.table), _said(each.row) if each.row else _("Total"))),
            figure=_said(each.figure),
            before=_shown(outline.value(each.before, each.decimals)),
            after=_shown(outline.value(each.after, each.decimals)),
        )
        for each in differences
    ]


def _said(words: Words) -> str:
    return words["ko"] if get_language() == "ko" else words["en"]


def _shown(value: Value) -> str:
    return value.text or NOTHING


def compilings(period: Period) -> list[Compiling]:
    """What is under way, and what failed since the last that came to an end."""
    rows = Compiling.objects.filter(period_key=period.key).select_related("asked_by")[:3]
    return [row for row in rows if row.is_open or (row.failure and row == rows[0])]


def subscriptions(owner: User) -> set[str]:
    return set(Subscription.objects.running().filter(owner=owner).values_list("every", flat=True))


def frozen_from(period: Period, after_days: int) -> dt.date:
    """The day on which the timetable freezes a period."""
    return period.ends + after_days * clock.DAY


def is_key(text: str) -> bool:
    """Whether it names a period that has a page."""
    try:
        return periods.of_key(text).kind in publishing.FROZEN_KINDS
    except ValueError:
        return False
