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
from programs import eligibility_refusals as refusals
from programs import partner_refusals, quotas
from programs.models import Program, SelectionMode


@dataclass(frozen=True)
class PartnerFacts:
    """What the rules ask of a partner of a joint application: its standing, and the support it
    had. Place, line of business and age are the lead's to meet."""

    name: str
    is_verified: bool = True
    is_suspended: bool = False
    supported_this_year: bool = False
    supported_before: bool = False
    applies_already: bool = False


@dataclass(frozen=True)
class Facts:
    """What the rules know of a business, on the day they are asked.

    ``supported_…`` are by programs of the same kind; ``repeat_taken`` counts the places of
    this program that businesses supported before have. ``supported_before`` is true of a joint
    application as soon as it is true of one of its businesses. ``district`` is that of the
    business, or of the market or shop it applies for; None while that is not said yet, and
    ``is_for_another`` where it is not the business's own. ``takes_part_with``: the lead of
    the application of this program it is a partner of.
    """

    today: dt.date
    is_verified: bool
    kind: str
    section: str
    district: str | None
    is_for_another: bool = False
    founded_on: dt.date | None = None
    suspended_until: dt.datetime | None = None
    #: entries or papers were changed since staff verified them
    is_reviewed: bool = False
    supported_this_year: bool = False
    supported_before: bool = False
    repeat_taken: int = 0
    takes_part_with: str = ""
    partners: tuple[PartnerFacts, ...] = ()


def violations(program: Program, facts: Facts) -> list[Violation]:
    """Everything that stands against an application, the business's standing first."""
    return [
        *_standing(facts),
        *_conditions(program, facts),
        *_support(program, facts),
        *_partners(program, facts),
    ]


def against_a_place(program: Program, facts: Facts) -> list[Violation]:
    """What stands against a place by the time it is given: the standing, and support that came
    from another such program since it was applied for."""
    support = _once_a_year(program, facts)
    return [*_standing(facts), *support, *_partners(program, facts)]


def _standing(facts: Facts) -> Iterator[Violation]:
    if not facts.is_verified:
        yield refusals.not_verified()
    if facts.suspended_until is not None:
        yield refusals.suspended(facts.suspended_until)


def _conditions(program: Program, facts: Facts) -> Iterator[Violation]:
    if facts.district is not None:
        yield from wrong_place(program, facts.district, is_for_another=facts.is_for_another)
    if program.sections and facts.section not in program.sections:
        names = [regions.section_name(code) for code in program.sections]
        yield refusals.wrong_section(names, regions.section_name(facts.section))
    if program.merchant_kinds and facts.kind not in program.merchant_kinds:
        yield refusals.wrong_kind(str(MerchantKind(kind).label) for kind in program.merchant_kinds)
    yield from _age(program, facts)
    # Elsewhere staff look at who applied before anybody is given a place.
    if facts.is_reviewed and program.selection == SelectionMode.FIRST_COME and _asks(program):
        yield refusals.under_review()


def _asks(program: Program) -> bool:
    """Whether a call is for some businesses only."""
    bounds = (program.least_months, program.most_months)
    return any((program.districts, program.sections, program.merchant_kinds)) or bounds != (
        None,
        None,
    )


def wrong_place(program: Program, district: str, *, is_for_another: bool) -> Iterator[Violation]:
    """Whether what is applied for, the business or its market or shop, lies where it must."""
    # A code of two digits stands for a whole province.
    if program.districts and not district.startswith(tuple(program.districts)):
        refusal = refusals.wrong_place if is_for_another else refusals.wrong_district
        yield refusal(district_names(program), regions.district_name(district))


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


def _once_a_year(program: Program, facts: Facts) -> Iterator[Violation]:
    if program.once_a_year and facts.supported_this_year:
        yield refusals.supported_this_year(facts.today.year)


def _support(program: Program, facts: Facts) -> Iterator[Violation]:
    if program.once_a_year and facts.supported_this_year:
        yield from _once_a_year(program, facts)
        return
    # Scored and drawn places are capped when they are given; first come gives them now. The
    # reserve list asks once more when a place becomes free (``places``).
    if program.selection != SelectionMode.FIRST_COME or not facts.supported_before:
        return
    limit = quotas.repeat_places(program.quota, program.repeat_percent)
    if limit is not None and facts.repeat_taken >= limit:
        yield refusals.repeat_full(program.repeat_percent or 0)


def _partners(program: Program, facts: Facts) -> Iterator[Violation]:
    """Who applies together is supported together, and once for each program."""
    if facts.takes_part_with:
        yield partner_refusals.takes_part_elsewhere(facts.takes_part_with)
    for partner in facts.partners:
        if partner.applies_already:
            yield partner_refusals.applies_already(partner.name)
        if not partner.is_verified or partner.is_suspended:
            yield partner_refusals.not_in_good_standing(partner.name)
        if program.once_a_year and partner.supported_this_year:
            yield partner_refusals.supported(partner.name, facts.today.year)


def district_names(program: Program) -> list[str]:
    """The districts of a call in words; a whole province by its own name."""
    return [regions.place_name(code) for code in program.districts]
