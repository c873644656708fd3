"""How programs are divided: by kind of program, one by one, by partner of the consortium."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from center.figures import Cut, Row, Wish
from merchants.reports.cuts import in_words
from programs.kinds import KINDS
from programs.models import Program, ProgramState
from programs.reports.facts import NO_PARTNER, UNLISTED


def _kinds(wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    """Every kind the house offers, idle ones too; those chosen where one was chosen."""
    wanted = wish.filters.get("program_kind")
    return [
        in_words(kind.key, kind.name)
        for kind in KINDS.values()
        if wanted is None or kind.key in wanted or kind.key in seen
    ]


def _programs(wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    """Calls that opened in the period, idle ones too, and programs of which anything happened
    in it; those that are not listed in one row, without their names."""
    opened = Q(
        state__in=ProgramState.public - {ProgramState.CANCELLED},
        opens_at__gte=wish.period.bounds[0],
        opens_at__lt=wish.until,
    )
    for name, field in (("program_kind", "kind"), ("program", "slug"), ("partner", "partner")):
        if wanted := wish.filters.get(name):
            # No partner is a word of the filter, and nothing in the row.
            values = ["" if value == NO_PARTNER else value for value in wanted]
            opened &= Q(**{f"{field}__in": values})
    rows = Program.objects.filter(Q(slug__in=seen) | opened, is_listed=True)
    named = [
        Row(slug, title, title_en or title, kind)
        for slug, title, title_en, kind in rows.order_by("opens_at", "pk").values_list(
            "slug", "title", "title_en", "kind"
        )
    ]
    return named + ([in_words(UNLISTED, _("Programs not listed"))] if UNLISTED in seen else [])


def _known_programs() -> Collection[str]:
    """What a filter offers: every program that was ever announced to all."""
    known = Program.objects.filter(is_listed=True, state__in=ProgramState.public)
    return {*known.values_list("slug", flat=True), UNLISTED}


def _partners(_wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    """Partners by their names; last the programs the house holds alone."""
    rows = [Row(name, name, name) for name in sorted(set(seen) - {NO_PARTNER})]
    return rows + ([in_words(NO_PARTNER, _("No partner"))] if NO_PARTNER in seen else [])


def _known_partners() -> Collection[str]:
    named = Program.objects.exclude(partner="").order_by().values_list("partner", flat=True)
    return {*named.distinct(), NO_PARTNER}


CUTS = (
    Cut("program_kind", _("Kind of program"), _kinds),
    Cut("program", _("Program"), _programs, parent="program_kind", choices=_known_programs),
    Cut("partner", _("Partner of the consortium"), _partners, choices=_known_partners),
)
