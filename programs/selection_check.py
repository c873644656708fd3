"""The check of conditions: what of each application staff should look at, said by the rules
the call itself is applied for by."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from center import clock
from merchants import regions
from merchants.models import Suspension
from programs import policies
from programs.models import Application, ApplicationState, Draw, Program
from programs.policies import Facts
from programs.services import facts

#: what can be decided, and what was
_SHOWN = ApplicationState.undecided | {ApplicationState.INELIGIBLE}
_STYLES = {ApplicationState.SUPPLEMENT: "warn", ApplicationState.INELIGIBLE: "no"}


@dataclass(frozen=True)
class Checked:
    """One application with what speaks against it as its business stands today."""

    application: Application
    district: str
    sector: str
    founded: str
    against: list[str]
    style: str

    @property
    def value(self) -> str:
        """The application with the revision that is shown, for the form."""
        return f"{self.application.pk}:{self.application.revision}"


def to_check(program: Program) -> QuerySet[Application]:
    rows = program.applications.filter(state__in=_SHOWN).select_related("merchant")
    return rows.order_by("submitted_at", "pk")


def checked(program: Program, applications: Sequence[Application]) -> list[Checked]:
    """What the rules of the call say today of each. 2 queries, however many there are."""
    now, ids = clock.now(), [application.merchant_id for application in applications]
    banned = dict(
        Suspension.objects.in_force(now)
        .filter(merchant__in=ids)
        .order_by("ends")
        .values_list("merchant_id", "ends")
    )
    years = _years_of_support(program, ids)
    return [
        _checked(
            program, row, _facts(row, now, banned.get(row.merchant_id), years[row.merchant_id])
        )
        for row in applications
    ]


def _years_of_support(program: Program, merchants: list[int]) -> dict[int, set[int]]:
    """The Korean years in which each was given a place by such a program."""
    years: dict[int, set[int]] = defaultdict(set)
    given = facts.supported_by_others(program).filter(merchant__in=merchants)
    for merchant, decided in given.values_list("merchant_id", "decided_at"):
        if decided is not None:
            years[merchant].add(clock.day_of(decided).year)
    return years


def _facts(
    application: Application, now: dt.datetime, banned: dt.datetime | None, years: set[int]
) -> Facts:
    merchant, today = application.merchant, clock.day_of(now)
    return Facts(
        today=today,
        is_verified=merchant.is_verified_on(today),
        kind=merchant.kind,
        section=merchant.section,
        district=application.district,
        founded_on=merchant.founded_on,
        suspended_until=banned,
        supported_this_year=today.year in years,
        supported_before=bool(years),
    )


def _checked(program: Program, application: Application, known: Facts) -> Checked:
    merchant = application.merchant
    found = [violation.message for violation in policies.violations(program, known)]
    if known.supported_before and not known.supported_this_year:
        found.append(_("Supported before by such a program."))
    return Checked(
        application,
        regions.district_name(application.district),
        merchant.section_name,
        f"{merchant.founded_on:%Y-%m}" if merchant.founded_on else "",
        found,
        _STYLES.get(ApplicationState(application.state), ""),
    )


def is_frozen(program: Program) -> bool:
    """Whether the list of a draw is published: then nothing is decided any more."""
    return Draw.objects.filter(program=program, listed_at__isnull=False).exists()
