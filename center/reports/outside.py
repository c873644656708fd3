"""Figures no row of the portal tells: staff enter them month by month, with their source."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center import replica
from center.figures import WHOLE, Counted, Cut, Figure, Group, Number, Row, Table, Wish
from center.reports.models import OutsideFigure, OutsideKind

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

#: the cut by where a number was taken from
SOURCE = "source"
_ENTERED = _("Entered by staff month by month, each number with its source")


def _figure(
    kind: OutsideKind, unit: _StrOrPromise, formula: _StrOrPromise, *, counts: bool = True
) -> Figure:
    return Figure(f"outside.{kind}", kind.label, unit, formula, _ENTERED, counts=counts)


FIGURES = (
    _figure(
        OutsideKind.CONTENTS,
        pgettext_lazy("unit", "pieces"),
        _(
            "Sum of what was entered for the months that begin in the period: videos, pictures and"
            " pages made with the house; a dash where nothing was entered"
        ),
    ),
    _figure(
        OutsideKind.SHOPS,
        pgettext_lazy("unit", "shops"),
        _(
            "Sum of what was entered for the months that begin in the period: shops opened on a"
            " platform for the first time; a dash where nothing was entered"
        ),
    ),
    _figure(
        OutsideKind.JOBS,
        pgettext_lazy("unit", "people"),
        _(
            "Sum of what was entered for the months that begin in the period: people newly employed"
            " by businesses supported; a dash where nothing was entered"
        ),
    ),
    _figure(
        OutsideKind.SPENT,
        pgettext_lazy("unit", "thousand won"),
        _(
            "Sum of what was entered for the months that begin in the period. The year's budget is"
            " its target, the rate the share of the budget that is spent; a dash where nothing was"
            " entered"
        ),
        counts=False,
    ),
)


def _count(wish: Wish, cut: str) -> Counted:
    """Nothing entered is no number; it is not nought."""
    entered = OutsideFigure.objects.using(replica.connection().alias).filter(
        month__gte=wish.period.starts, month__lt=wish.period.ends
    )
    nothing: dict[str, Number] = dict.fromkeys(figure.key for figure in FIGURES)
    months = [month.key for month in wish.period.months()] if cut == "month" else [WHOLE]
    found = {key: dict(nothing) for key in months if cut != SOURCE}
    for month, kind, source, value in entered.values_list("month", "kind", "source", "value"):
        key = {WHOLE: WHOLE, "month": f"{month:%Y-%m}", SOURCE: source}[cut]
        row = found.setdefault(key, dict(nothing))
        row[f"outside.{kind}"] = int(row[f"outside.{kind}"] or 0) + value
    return found


def _sources(_wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    return [Row(source, source, source) for source in sorted(seen)]


CUTS = (Cut(SOURCE, _("Taken from"), _sources, is_filter=False),)
GROUP = Group("outside", FIGURES, frozenset({WHOLE, "month", SOURCE}), frozenset(), _count)
TABLES = (
    Table(
        "outside",
        _("Figures from elsewhere, by source"),
        SOURCE,
        tuple(figure.key for figure in FIGURES),
        note=_("The portal has no data of these figures. A dash: nothing was entered."),
        rank=60,
    ),
)
