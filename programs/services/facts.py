"""What the rules are told: a business's standing, and the support it had before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db.models import Q, QuerySet

from center import clock
from center.errors import Violation
from merchants import selectors
from merchants.models import Merchant
from programs import policies
from programs.barring import barred_from
from programs.kinds import Applicant
from programs.models import Application, ApplicationState, CoApplicant, Program, ProgramState
from programs.policies import Facts, PartnerFacts


def place_of(program: Program, merchant: Merchant, said: str) -> str:
    """The district an application counts in: that of the market or shop it is for, as ``said``
    in the form, else the business's own. Empty where it is not said."""
    return merchant.district if _is_own(program) else said


def _is_own(program: Program) -> bool:
    return program.the_kind.applicant == Applicant.BUSINESS


def facts_for(program: Program, merchant: Merchant, now: dt.datetime, *, place: str = "") -> Facts:
    """Read what ``policies`` asks of a business, with the ``place_of`` a market or shop once
    it is said. 1 to 3 queries."""
    today = clock.day_of(now)
    suspension = selectors.suspension_of(merchant, now)
    years = _years_of_support(program, merchant)
    is_own = _is_own(program)
    return Facts(
        today=today,
        is_verified=merchant.is_verified_on(today),
        kind=merchant.kind,
        section=merchant.section,
        district=merchant.district if is_own else place or None,
        is_for_another=not is_own,
        founded_on=merchant.founded_on,
        suspended_until=suspension.ends if suspension else None,
        is_reviewed=merchant.review_asked_at is not None,
        supported_this_year=today.year in years,
        supported_before=bool(years),
        repeat_taken=repeat_taken(program) if years else 0,
    )


def _years_of_support(program: Program, merchant: Merchant) -> set[int]:
    """The Korean years in which it was given a place; not asked where no rule needs it."""
    if not program.once_a_year and program.repeat_percent is None:
        return set()
    return years_of_support(program, [merchant.pk])[merchant.pk]


def years_of_support(program: Program, merchants: Collection[int]) -> dict[int, set[int]]:
    """The Korean years in which businesses got a place by such a program, alone, as the lead
    or as a partner of a joint application. 1 query, however many there are."""
    given, years = supported_by_others(program), defaultdict[int, set[int]](set)
    alone = given.filter(merchant__in=merchants).order_by()
    partners = CoApplicant.objects.confirmed().filter(merchant__in=merchants).order_by()
    together = partners.filter(application__in=given)
    rows = alone.values_list("merchant_id", "decided_at").union(
        together.values_list("merchant_id", "application__decided_at")
    )
    for merchant, decided in rows:
        if decided is not None:
            years[merchant].add(clock.day_of(decided).year)
    return years


def supported_by_others(program: Program) -> QuerySet[Application]:
    """Places taken in other programs of the same kind; one called off supported nobody."""
    same = Application.objects.taking_part().filter(program__kind=program.kind)
    return same.exclude(program=program.pk).exclude(program__state=ProgramState.CANCELLED)


def with_support(program: Program) -> Q:
    """Of the applications of a program those of which some business was supported before: the
    lead or, of a joint application, a partner who confirmed. Each business of a joint
    application is supported by it, so each counts toward the cap of repeats."""
    partners = CoApplicant.objects.confirmed().filter(application__program=program)
    repeated = partners.filter(_supported(program)).values("application")
    return _supported(program) | Q(pk__in=repeated)


def _supported(program: Program) -> Q:
    """Rows whose ``merchant`` was; as subqueries of their own, so that each is read once for
    however many rows there are."""
    given = supported_by_others(program)
    together = CoApplicant.objects.confirmed().filter(application__in=given)
    return Q(merchant__in=given.values("merchant")) | Q(merchant__in=together.values("merchant"))


def repeats_of(program: Program, *, among: Collection[int]) -> set[int]:
    """Of these applications of a program those of which some business was supported before.
    1 query."""
    rows = program.applications.filter(with_support(program), pk__in=among)
    return set(rows.values_list("pk", flat=True))


def repeat_taken(program: Program) -> int:
    """How many of a program's places have a business supported before."""
    if program.repeat_percent is None:
        return 0
    return program.applications.placed().filter(with_support(program)).count()


def violations_for(
    program: Program,
    merchant: Merchant,
    now: dt.datetime,
    partners: Sequence[Merchant] = (),
    *,
    place: str = "",
) -> list[Violation]:
    """What stands against a business's application, with the partners of a joint one and the
    district of the market or shop it is for; empty if it may apply."""
    facts = facts_for(program, merchant, now, place=place)
    if program.is_joint:
        facts = replace(facts, takes_part_with=_lead_of(program, merchant))
        facts = _with_partners(program, facts, partners, now)
    found = policies.violations(program, facts)
    bar = barred_from(merchant, program)
    return [*found, bar.violation] if bar else found


def _with_partners(
    program: Program, facts: Facts, partners: Sequence[Merchant], now: dt.datetime
) -> Facts:
    """The same with what the rules ask of each partner; some queries for each of them."""
    told = tuple(_partner(program, merchant, now) for merchant in partners)
    if not any(partner.supported_before for partner in told) or facts.supported_before:
        return replace(facts, partners=told)
    return replace(facts, partners=told, supported_before=True, repeat_taken=repeat_taken(program))


def _partner(program: Program, merchant: Merchant, now: dt.datetime) -> PartnerFacts:
    today, years = clock.day_of(now), _years_of_support(program, merchant)
    own = program.applications.filter(merchant=merchant, state__in=ApplicationState.counting)
    return PartnerFacts(
        merchant.name,
        is_verified=merchant.is_verified_on(today),
        is_suspended=selectors.suspension_of(merchant, now) is not None,
        supported_this_year=today.year in years,
        supported_before=bool(years),
        applies_already=own.exists() or bool(_lead_of(program, merchant)),
    )


def _lead_of(program: Program, merchant: Merchant) -> str:
    """Whose handed-in application of the program a business is a partner of; else empty."""
    rows = CoApplicant.objects.confirmed().filter(
        merchant=merchant,
        application__program=program,
        application__state__in=ApplicationState.counting,
    )
    return rows.values_list("application__merchant__name", flat=True).first() or ""
