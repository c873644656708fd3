"""Programs a business applied for and took part in, on its card for staff, with a warning where
support repeats (중복지원)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from center import clock
from merchants.cards import Fact, Part, Years, rows_of
from merchants.models import Merchant
from programs.kinds import KINDS
from programs.models import Application, ApplicationState, ProgramState


@dataclass(frozen=True)
class Support:
    """A place taken in a program of ``kind``, in the Korean year it was given."""

    kind: str
    year: int


@dataclass(frozen=True)
class Repeats:
    """How much of a business's support repeats one it had: by a program of the same kind, as
    the rules of a call count it (``services.facts.years_of_support``)."""

    supports: int
    repeated: int
    same_year: int

    @property
    def percent(self) -> int:
        """Of all supports, half a percent rounded up; 0 where there are none."""
        return (200 * self.repeated + self.supports) // (2 * self.supports) if self.supports else 0


def repeats(supports: Sequence[Support]) -> Repeats:
    """``supports`` in the order they were given: the first of a kind repeats nothing."""
    kinds: set[str] = set()
    years: set[Support] = set()
    repeated = same_year = 0
    for support in supports:
        repeated += support.kind in kinds
        same_year += support in years
        kinds.add(support.kind)
        years.add(support)
    return Repeats(len(supports), repeated, same_year)


def card_of(merchant: Merchant, now: dt.datetime) -> Part:
    """2 queries; joint applications the business confirmed count as its own."""
    years = Years.at(now)
    took_place = ~Q(program__state=ProgramState.CANCELLED)  # as the reports count
    counted = (
        Application.objects.handed_in()
        .with_business(merchant.pk)
        .aggregate(
            applied=Count("pk"),
            this_year=Count("pk", filter=Q(submitted_at__gte=years.this)),
            selected=Count("pk", filter=took_place & Q(state__in=ApplicationState.placed)),
            completed=Count("pk", filter=took_place & Q(state=ApplicationState.COMPLETED)),
        )
    )
    supports = _supports(merchant)
    found = repeats(supports)
    given = sum(support.year == years.year for support in supports)
    facts = [
        Fact(
            _("Applications handed in"),
            _("%(all)s in all, %(year)s this year")
            % {"all": f"{counted['applied']:,}", "year": f"{counted['this_year']:,}"},
        ),
        Fact(_("Selected"), f"{counted['selected']:,}"),
        Fact(_("Programs completed"), f"{counted['completed']:,}"),
        Fact(_("Supported this year"), f"{given:,}", _kinds(supports, years.year)),
        Fact(
            _("Repeated support"),
            f"{found.repeated:,}/{found.supports:,} ({found.percent}%)",
            _(
                "Of the places taken in programs, those in a kind of program that had supported the business before."
            ),
        ),
    ]
    address = rows_of("admin:programs_application_changelist", merchant)
    return Part(_("Programs"), facts, _warning(found), address, _("Its applications"))


def _supports(merchant: Merchant) -> list[Support]:
    """Oldest first; a program called off supported nobody."""
    rows = Application.objects.taking_part().with_business(merchant.pk)
    rows = rows.exclude(program__state=ProgramState.CANCELLED)
    given = rows.annotate(given=Coalesce("decided_at", "submitted_at")).order_by("given", "pk")
    return [
        Support(kind, clock.day_of(at).year)
        for kind, at in given.values_list("program__kind", "given")
        if at is not None
    ]


def _kinds(supports: Sequence[Support], year: int) -> str:
    names = dict.fromkeys(support.kind for support in supports if support.year == year)
    return ", ".join(str(KINDS[kind].name) for kind in names)


def _warning(found: Repeats) -> str:
    if not found.repeated:
        return ""
    said = _(
        "Supported repeatedly: %(n)d of %(all)d supports (%(percent)d%%) are by a kind of program that supported it before."
    ) % {"n": found.repeated, "all": found.supports, "percent": found.percent}
    if not found.same_year:
        return said
    again = _("%(n)d of them in the same year as another of its kind.") % {"n": found.same_year}
    return f"{said} {again}"
