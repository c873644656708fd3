"""Satisfaction: marks from 1 to 5, given after a use and counted where the use begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from bookings.reports import facts, words
from center.figures import Counted, Figure, Group, Wish, mean

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_ANSWERS = "satisfaction.answers"
_WITH_EQUIPMENT = "satisfaction.with_equipment"


def _mean(
    key: str, name: _StrOrPromise, formula: _StrOrPromise, parts: tuple[str, ...] = (_ANSWERS,)
) -> Figure:
    return Figure(
        key,
        name,
        words.POINTS,
        formula,
        words.FROM_FEEDBACK,
        decimals=2,
        additive=False,
        parts=parts,
    )


FIGURES = (
    Figure(
        _ANSWERS,
        _("Answers"),
        words.ANSWERS,
        _("Uses that begin in the period and about which somebody answered"),
        words.FROM_FEEDBACK,
        counts=True,
    ),
    Figure(
        _WITH_EQUIPMENT,
        _("… about equipment too"),
        words.ANSWERS,
        _("Of these answers, those with a mark for equipment"),
        words.FROM_FEEDBACK,
        counts=True,
    ),
    # Of all marks, so that beside the others it tells of those for equipment too.
    _mean(
        "satisfaction.mean",
        _("Satisfaction (of 5)"),
        _("Sum of all marks ÷ number of all marks, from 1 to 5"),
        (_ANSWERS, _WITH_EQUIPMENT),
    ),
    _mean(
        "satisfaction.space",
        _("… with the space"),
        _("Sum of the marks for the space ÷ their number"),
    ),
    _mean(
        "satisfaction.equipment",
        _("… with the equipment"),
        _("Sum of the marks for equipment ÷ their number; uses without equipment left out"),
        (_WITH_EQUIPMENT,),
    ),
    _mean(
        "satisfaction.help",
        _("… with the help by staff"),
        _("Sum of the marks for help by staff ÷ their number"),
    ),
)

_SELECT = "count(*), sum(o.space), sum(o.equipment), count(o.equipment), sum(o.help)"


def _count(wish: Wish, cut: str) -> Counted:
    found = facts.count(
        _SELECT,
        wish,
        cut,
        joins="JOIN bookings_feedback o ON o.booking_id = f.id",
        where=f"f.used AND {facts.HERE}",
    )
    return {
        key: {
            _ANSWERS: answers,
            _WITH_EQUIPMENT: lent,
            "satisfaction.mean": mean(space + (devices or 0) + help_, 2 * answers + lent),
            "satisfaction.space": mean(space, answers),
            "satisfaction.equipment": mean(devices, lent),
            "satisfaction.help": mean(help_, answers),
        }
        for key, (answers, space, devices, lent, help_) in found.items()
    }


SATISFACTION = Group("bookings.satisfaction", FIGURES, facts.CUTS, facts.FILTERS, _count)
