"""Who may apply for a program: pure rules, facts in, violations out.

All that stand against it are told at once, each with its code, a sentence and a way out, before
anybody fills in a form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from center import clock
from center.errors import Violation
from merchants import regions
from merchants.models import MerchantKind
from programs import quotas, refusals
from programs.models import Program, SelectionMode


@dataclass(frozen=True)
class Facts:
    """What the rules know of a business, on the day they are asked.

    ``supported_…`` are by programs of the same kind; ``repeat_taken`` counts the places of
    this program that businesses supported before have.
    """

    today: dt.date
    is_verified: bool
    kind: str
    section: str
    district: str
    founded_on: dt.date | None = None
    suspended_until: dt.datetime | None = None
    supported_this_year: bool = False
    supported_before: bool = False
    repeat_taken: int = 0


def violations(program: Program, facts: Facts) -> list[Violation]:
    """Everything that stands against an application, the business's standing first."""
    return [*_standing(facts), *_conditions(program, facts), *_support(program, facts)]


def _standing(facts: Facts) -> Iterator[Violation]:
    if not facts.is_verified:
        yield refusals.not_verified()
    if facts.suspended_until is not None:
        yield refusals.suspended(facts.suspended_until)


def _conditions(program: Program, facts: Facts) -> Iterator[Violation]:
    # A code of two digits stands for a whole province.
    if program.districts and not facts.district.startswith(tuple(program.districts)):
        own = regions.district_name(facts.district)
        yield refusals.wrong_district(district_names(program), own)
    if program.sections and facts.section not in program.sections:
        names = [regions.section_name(code) for code in program.sections]
        yield refusals.wrong_section(names, regions.section_name(facts.section))
    if program.merchant_kinds and facts.kind not in program.merchant_kinds:
        yield refusals.wrong_kind(str(MerchantKind(kind).label) for kind in program.merchant_kinds)
    yield from _age(program, facts)


def _age(program: Program, facts: Facts) -> Iterator[Violation]:
    """Whole months between the founding and today; a founder to be is no month old."""
    least, most = program.least_months, program.most_months
    if least is None and most is None:
        return
    founded = facts.founded_on
    if founded is None and facts.kind == MerchantKind.PRE_FOUNDER:
        founded = facts.today
    if founded is None:
        yield refusals.founding_unknown()
        return
    if least is not None and founded > clock.months_before(facts.today, least):
        yield refusals.too_young(least)
    if most is not None and founded < clock.months_before(facts.today, most):
        yield refusals.too_old(most)


def _support(program: Program, facts: Facts) -> Iterator[Violation]:
    if program.once_a_year and facts.supported_this_year:
        yield refusals.supported_this_year(facts.today.year)
        return
    # Scored and drawn places are capped when they are given; first come gives them now.
    if program.selection != SelectionMode.FIRST_COME or not facts.supported_before:
        return
    limit = quotas.repeat_places(program.quota, program.repeat_percent)
    if limit is not None and facts.repeat_taken >= limit:
        yield refusals.repeat_full(program.repeat_percent or 0)


def district_names(program: Program) -> list[str]:
    """The districts of a call in words; a whole province by its own name."""
    return [regions.place_name(code) for code in program.districts]
