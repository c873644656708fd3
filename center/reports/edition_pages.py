"""What the page of a period shows to a person: prepared here, printed by the template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from center import clock, display
from center.models import User
from center.periods import Period
from center.reports import charts, publishing, selectors
from center.reports.files import FORMATS
from center.reports.models import Edition, OfficeForm, Subscription
from center.reports.outline import Outline, Section, edition_words
from center.reports.selectors import Source
from center.reports.services import comparing, freezing


@dataclass(frozen=True)
class Part:
    """A table with its picture."""

    section: Section
    chart: str
    alternative: str


def edition_page(person: User, period: Period, version: str) -> dict[str, Any]:
    """Raises Http404 for a version there is not, and for a period that has not begun."""
    if period.bounds[0] > clock.now():
        raise Http404
    editions = list(Edition.objects.of(period.key).select_related("frozen_by", "comparison"))
    shown = _shown(editions, version)
    full = person.has_perm("reports.view_full_edition")
    found = (
        selectors.of_edition(shown, period, full=full)
        if shown
        else selectors.source(period, selectors.PRELIMINARY, full=full)
    )
    made = selectors.outlined(found)
    return {
        "period": period,
        "outline": made,
        "edition": shown,
        "edition_words": edition_words(found.stamp),
        "editions": editions,
        "label": found.label,
        "formats": FORMATS.values(),
        "office_forms": OfficeForm.objects.in_use() if shown else (),
        "parts": _parts(made, found),
        "compared": _compared(shown, editions, full=full),
        "compared_title": _("What this version states differently than the one before"),
        "pending_title": _("Corrected since"),
        "compilings": selectors.compilings(period),
        "subscriptions": _subscriptions(person),
        "is_left": not editions and freezing.is_left_to_people(period),
        **_around(period),
        **_pending(person, editions),
    }


def _shown(editions: list[Edition], version: str) -> Edition | None:
    if not version:
        return editions[0] if editions else None
    for edition in editions:
        if edition.label == version:
            return edition
    raise Http404


def _parts(made: Outline, found: Source) -> list[Part]:
    """Pictures show what may leave the house, to everybody; where the page shows more than
    that, its table has it. Numbers that still change have none."""
    if found.edition is None:
        return [Part(section, "", "") for section in made.sections]
    public = selectors.outlined(selectors.of_edition(found.edition, found.period))
    return [
        _part(section, drawn, found, made.language)
        for section, drawn in zip(made.sections, public.sections, strict=True)
    ]


def _part(section: Section, drawn: Section, found: Source, language: str) -> Part:
    if not charts.has_chart(drawn):
        return Part(section, "", "")
    where = [found.period.key, found.label, section.key]
    return Part(section, reverse("report_chart", args=where), charts.alternative(drawn, language))


def _compared(
    shown: Edition | None, editions: list[Edition], *, full: bool
) -> list[selectors.Change]:
    """What this version states differently than the one before it."""
    before = next((e for e in editions if shown and e.version == shown.version - 1), None)
    if shown is None or before is None:
        return []
    old, new = (before.full, shown.full) if full else (before.public, shown.public)
    return selectors.changes(publishing.differences(old, new))


def _pending(person: User, editions: list[Edition]) -> dict[str, Any]:
    """Late corrections: their numbers for the house, how many for everybody."""
    if not editions:
        return {}
    known = selectors.comparison(editions[0])
    found = selectors.pending(known) if known else []
    seen = person.has_perm("reports.view_full_edition")
    return {
        "compared_at": known and known.compared_at,
        "is_comparing": comparing.ask(edition=editions[0], known=known),
        "pending_count": len(found),
        "pending": selectors.changes(found) if seen else [],
    }


def _around(period: Period) -> dict[str, Any]:
    """When it is frozen, and what lies before and after it."""
    freezes_on = selectors.frozen_from(period, settings.REPORT_FREEZE_DAYS)
    return {
        "freezes_on": display.full_day(freezes_on),
        "is_over": period.is_over(clock.now()),
        "previous": period.previous(),
        "following": _following(period),
    }


def _following(period: Period) -> Period | None:
    following = period.following()
    return following if following and following.bounds[0] <= clock.now() else None


def _subscriptions(person: User) -> list[dict[str, Any]]:
    running = selectors.subscriptions(person)
    return [
        {"every": every.value, "label": every.label, "runs": every.value in running}
        for every in Subscription.Every
    ]
