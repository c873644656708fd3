"""The page of figures: targets, this period and the year so far beside last year's, tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from center import clock, periods
from center.figures import Table, Wish, registry
from center.periods import Period, PeriodKind
from center.reports import aggregates, charts, outline, publishing, reading, selectors
from center.reports.content import HIDDEN, Cell, Content, digest, number
from center.reports.models import Edition, YearlyTarget
from center.reports.outline import Outline, Stamp, TargetLine, Value
from center.reports.selectors import PRELIMINARY

#: the figures a page compares with last year, where they are defined and stated
HEADLINES = (
    "bookings.businesses",
    "bookings.new_businesses",
    "bookings.uses",
    "bookings.hours",
    "bookings.utilisation",
    "bookings.no_show_rate",
    "equipment.uses",
    "satisfaction.mean",
    "programs.selected",
    "programs.completed",
    "programs.broadcast_sales",
)
#: tables that are open at once; the others are a click away
_OPEN = 2
_EDITIONS = 6


@dataclass(frozen=True)
class Pair:
    """A figure now and a year before."""

    now: Value
    before: Value
    change: str


@dataclass(frozen=True)
class Compared:
    """A headline figure: this period and the year so far."""

    key: str
    name: str
    unit: str
    period: Pair
    year: Pair


@dataclass(frozen=True)
class Card:
    """A target with how far it is reached, and last year's result at the same time."""

    line: TargetLine
    change: str
    #: for the bar: at most its whole length
    filled: Decimal | None


@dataclass(frozen=True)
class Part:
    """A table with its picture, as the pages of editions have it."""

    section: outline.Section
    chart: str
    alternative: str
    is_open: bool


def page(wish: Wish, *, full: bool) -> dict[str, Any]:
    """What the template prints of a wish."""
    content = _content(wish, full=full)
    edition = None if full else aggregates.edition_of(wish)
    made = drawn_up(content, full=full, edition=edition)
    compared = _compared(wish, content, full=full)
    return {
        "outline": made,
        "period": wish.period,
        "previous": wish.period.previous(),
        "following": _following(wish),
        "cards": _cards(wish, made, content, full=full),
        "headlines": compared,
        "year_label": year_so_far(wish).period.label,
        "parts": _parts(wish, made),
        "is_coarse": not full and edition is None,
        "is_whole": not full and edition is None and not publishing.is_frozen(wish.period),
        "editions": _editions(),
        "is_filtered": bool(wish.filters),
        **_addresses(wish),
    }


def _editions() -> list[tuple[str, Edition]]:
    """The newest frozen ones, with the names of their periods."""
    newest = Edition.objects.heads().order_by("-starts", "-version")[:_EDITIONS]
    return [(periods.of_key(edition.period_key).label, edition) for edition in newest]


def _addresses(wish: Wish) -> dict[str, str]:
    following = _following(wish)
    return {
        "query": query(wish),
        "previous_query": query(of_period(wish, wish.period.previous())),
        "following_query": query(of_period(wish, following)) if following else "",
    }


def drawn_up(content: Content, *, full: bool, edition: Edition | None = None) -> Outline:
    """Preliminary, unless it is what an edition says."""
    if edition is not None:
        stamp = selectors.stamp_of(edition, full=full)
    else:
        stamp = Stamp(PRELIMINARY, digest(content), is_public=not full)
    return outline.build(content, stamp, language=get_language() or "ko")


def _content(wish: Wish, *, full: bool) -> Content:
    return reading.read(wish, registry.standing(wish.period), full=full)


def outline_of(wish: Wish, *, full: bool) -> Outline:
    """The tables of a wish, as the page has them."""
    return drawn_up(_content(wish, full=full), full=full)


def _following(wish: Wish) -> Period | None:
    following = wish.period.following()
    return following if following and following.bounds[0] <= wish.as_of else None


def of_period(wish: Wish, period: Period) -> Wish:
    """The same filters over another period."""
    return Wish(period, reading.as_of(period), wish.filters)


def year_so_far(wish: Wish) -> Wish:
    """From the first of January to the end of the period, or to today while it lasts."""
    last = min(wish.period.last, clock.day_of(wish.as_of))
    return of_period(wish, periods.to_date(max(last, wish.period.starts)))


def year_before(wish: Wish) -> Wish:
    """The same a year earlier, up to the same day and hour while the period lasts."""
    before = wish.period.year_before()
    if wish.period.is_over(wish.as_of):
        return of_period(wish, before)
    return Wish(before, clock.years_before(wish.as_of, 1), wish.filters)


# Comparisons ---------------------------------------------------------------------------------


def _compared(wish: Wish, content: Content, *, full: bool) -> list[Compared]:
    """Headline figures of the period and the year to date, each beside last year's."""
    year = year_so_far(wish)
    others = (year_before(wish), year, year_before(year))
    contents = [content, *(_beside(other, full=full) for other in others)]
    wholes = [_wholes(each) for each in contents]
    found = []
    for key in HEADLINES:
        cells = [whole.get(key) for whole in wholes]
        if all(cell is None for cell in cells):
            continue
        figure = registry.figure(key)
        now, before, so_far, so_far_before = cells
        found.append(
            Compared(
                key=key,
                name=str(figure.name),
                unit=str(figure.unit),
                period=_pair(now, before, figure.decimals),
                year=_pair(so_far, so_far_before, figure.decimals),
            )
        )
    return found


def _beside(wish: Wish, *, full: bool) -> Content:
    """What a comparison needs. What is hidden depends on all tables, so those who read
    aggregates have them all counted."""
    if not full:
        return _content(wish, full=full)
    standing = registry.standing(wish.period)
    wanted = [key for key in (*HEADLINES, *_targeted(wish)) if key in _stated(standing)]
    needed = {next(t.key for t in standing if key in t.columns) for key in wanted}
    return reading.read(wish, [t for t in standing if t.key in needed], full=full)


def _targeted(wish: Wish) -> list[str]:
    known = YearlyTarget.objects.filter(year__in=(wish.period.last.year, wish.period.last.year + 1))
    return list(known.values_list("figure", flat=True))


def _stated(tables: Sequence[Table]) -> set[str]:
    return {key for table in tables for key in table.columns}


def _wholes(content: Content) -> dict[str, Cell]:
    """The totals that the tables state, by figure."""
    found: dict[str, Cell] = {}
    for table in content["tables"]:
        if table["total"] is not None:
            found |= dict(zip(table["columns"], table["total"], strict=True))
    return found


def _pair(now: Cell, before: Cell, decimals: int) -> Pair:
    return Pair(
        outline.value(now, decimals),
        outline.value(before, decimals),
        _change(now, before, decimals),
    )


def _change(now: Cell, before: Cell, decimals: int) -> str:
    """``+61``; nothing where either is not stated."""
    if HIDDEN in (now, before) or (a := number(now)) is None or (b := number(before)) is None:
        return ""
    return "±0" if a == b else f"{a - b:+,.{decimals}f}"


def _cards(wish: Wish, made: Outline, content: Content, *, full: bool) -> list[Card]:
    if not made.targets:
        return []
    before = _wholes(_beside(year_before(year_so_far(wish)), full=full))
    cards = []
    for line, target in zip(made.targets, content["targets"], strict=True):
        decimals = registry.figure(target["key"]).decimals
        rate = line.rate.number
        cards.append(
            Card(
                line=line,
                change=_change(target["to_date"], before.get(target["key"]), decimals),
                filled=None if rate is None else min(rate, Decimal(100)),
            )
        )
    return cards


# Tables and pictures -------------------------------------------------------------------------


def _parts(wish: Wish, made: Outline) -> list[Part]:
    return [
        Part(
            section=section,
            chart=chart_address(wish, section.key) if charts.has_chart(section) else "",
            alternative=charts.alternative(section, made.language),
            is_open=place < _OPEN,
        )
        for place, section in enumerate(map(drawable, made.sections))
        if section.lines
    ]


def drawable(section: outline.Section) -> outline.Section:
    """Where filters leave nothing of the figure that is drawn otherwise, the first one is."""
    return section if charts.has_chart(section) else dataclasses.replace(section, drawn=0)


def chart_address(wish: Wish, table: str) -> str:
    return f"{reverse('reports_chart', args=[table])}?{query(wish)}"


def query(wish: Wish) -> str:
    """The wish as the part of an address after the question mark."""
    chosen = [(name, key) for name, keys in sorted(wish.filters.items()) for key in sorted(keys)]
    if wish.period.kind == PeriodKind.RANGE:
        days = [("first", str(wish.period.starts)), ("last", str(wish.period.last))]
    else:
        days = [("period", wish.period.key)]
    return urlencode([*days, *chosen])
