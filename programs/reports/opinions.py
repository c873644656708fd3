"""How programs were: marks from 1 to 5, given once after a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from center.figures import Counted, Figure, Group, Wish, mean
from programs.reports import facts, words

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

_OPINIONS = "programs.opinions"
_MARKS = ("content", "conduct", "usefulness")


def _mean(key: str, name: _StrOrPromise, formula: _StrOrPromise) -> Figure:
    return Figure(
        key,
        name,
        words.POINTS,
        formula,
        words.FROM_OPINIONS,
        decimals=2,
        additive=False,
        parts=(_OPINIONS,),
    )


FIGURES = (
    Figure(
        _OPINIONS,
        _("Opinions on programs"),
        words.ANSWERS,
        _("Participants who said in the period how a program was"),
        words.FROM_OPINIONS,
        counts=True,
    ),
    _mean(
        "programs.satisfaction",
        _("Satisfaction with programs (of 5)"),
        _("Sum of the three marks of these answers ÷ their number, from 1 to 5"),
    ),
    _mean("programs.content", _("… with the content"), _("Sum of these marks ÷ their number")),
    _mean("programs.conduct", _("… with the conduct"), _("Sum of these marks ÷ their number")),
    _mean(
        "programs.usefulness",
        _("… with the use for the business"),
        _("Sum of these marks ÷ their number"),
    ),
)


def _count(wish: Wish, cut: str) -> Counted:
    found = {}
    for key, row in facts.count(wish, cut).items():
        said = int(row["opinions"] or 0)
        total = sum(row[mark] or 0 for mark in _MARKS)
        found[key] = {
            _OPINIONS: said,
            "programs.satisfaction": mean(total, len(_MARKS) * said),
            **{f"programs.{mark}": mean(row[mark], said) for mark in _MARKS},
        }
    return facts.seen(OPINIONS, found)


OPINIONS = Group("programs.opinions", FIGURES, facts.CUTS, facts.FILTERS, _count)
