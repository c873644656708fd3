"""Targets of a year beside what was reached: 목표, 실적, 달성률."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from center.figures import WHOLE, Figure, Number, registry, share
from center.reports.counting import Counting
from center.reports.disclosure_links import TELLS_OF
from center.reports.models import YearlyTarget


@dataclass(frozen=True)
class Reached:
    figure: Figure
    target: Decimal
    #: in the period itself
    result: Number
    #: from the first of January to the end of the period (누계)
    to_date: Number
    #: per cent of the year's target
    rate: Decimal | None
    #: the counts this figure tells of, from the first of January on
    of: tuple[Number, ...] = ()


def tells_of(figure: Figure) -> Sequence[str]:
    """The figures that decide on whether one is shown."""
    return TELLS_OF.get(figure.key, figure.parts)


def reached(period: Counting, year_so_far: Counting) -> list[Reached]:
    """The targets of the year in which the period ends, in their order.

    One whose figure no app defines any longer is left out.
    """
    found = []
    known = {figure.key: figure for figure in registry.figures()}
    for target in YearlyTarget.objects.filter(year=period.wish.period.last.year):
        if (figure := known.get(target.figure)) is None:
            continue
        to_date = year_so_far.value(figure.key, WHOLE, WHOLE)
        found.append(
            Reached(
                figure=figure,
                target=target.value,
                result=period.value(figure.key, WHOLE, WHOLE),
                to_date=to_date,
                rate=share(to_date, target.value),
                of=tuple(year_so_far.value(key, WHOLE, WHOLE) for key in tells_of(figure)),
            )
        )
    return found
