"""What the rules are told: a business's standing, and the support it had before."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from center import clock
from center.errors import Violation
from merchants import selectors
from merchants.models import Merchant
from programs import policies
from programs.models import Application, Program, ProgramState
from programs.policies import Facts


def facts_for(program: Program, merchant: Merchant, now: dt.datetime) -> Facts:
    """Read what ``policies`` asks of a business. 1 to 3 queries."""
    today = clock.day_of(now)
    suspension = selectors.suspension_of(merchant, now)
    years = _years_of_support(program, merchant)
    return Facts(
        today=today,
        is_verified=merchant.is_verified_on(today),
        kind=merchant.kind,
        section=merchant.section,
        district=merchant.district,
        founded_on=merchant.founded_on,
        suspended_until=suspension.ends if suspension else None,
        supported_this_year=today.year in years,
        supported_before=bool(years),
        repeat_taken=repeat_taken(program) if years else 0,
    )


def _years_of_support(program: Program, merchant: Merchant) -> set[int]:
    """The Korean years in which it was given a place; not asked where no rule needs it."""
    if not program.once_a_year and program.repeat_percent is None:
        return set()
    given = supported_by_others(program).filter(merchant=merchant)
    decided = given.values_list("decided_at", flat=True)
    return {clock.day_of(instant).year for instant in decided if instant is not None}


def supported_by_others(program: Program) -> QuerySet[Application]:
    """Places taken in other programs of the same kind; one called off supported nobody."""
    same = Application.objects.taking_part().filter(program__kind=program.kind)
    return same.exclude(program=program.pk).exclude(program__state=ProgramState.CANCELLED)


def repeat_taken(program: Program) -> int:
    """How many of a program's places businesses supported before have."""
    if program.repeat_percent is None:
        return 0
    before = supported_by_others(program).filter(merchant=OuterRef("merchant"))
    return program.applications.placed().filter(Exists(before)).count()


def violations_for(program: Program, merchant: Merchant, now: dt.datetime) -> list[Violation]:
    """What stands against a business's application; empty if it may apply."""
    return policies.violations(program, facts_for(program, merchant, now))
