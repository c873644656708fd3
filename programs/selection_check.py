"""The check of conditions: what of each application staff should look at, said by the rules
the call itself is applied for by."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from center import clock
from merchants import regions
from merchants.models import Suspension
from programs import policies
from programs.models import Application, ApplicationState, CoApplicant, Draw, Program
from programs.policies import Facts, PartnerFacts
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
    """What the rules of the call say today of each. 2 queries, 3 where several
    may apply together, however many there are."""
    now, ids = clock.now(), [application.merchant_id for application in applications]
    partners = _partners(program, applications)
    banned = dict(
        Suspension.objects.in_force(now)
        .filter(merchant__in=ids)
        .order_by("ends")
        .values_list("merchant_id", "ends")
    )
    named = [partner.merchant_id for rows in partners.values() for partner in rows]
    years = facts.years_of_support(program, [*ids, *named])
    found = []
    for row in applications:
        known = _facts(row, now, banned.get(row.merchant_id), years[row.merchant_id])
        found.append(_checked(program, row, _together(known, partners[row.pk], years)))
    return found


def _partners(
    program: Program, applications: Sequence[Application]
) -> dict[int, list[CoApplicant]]:
    """Those who confirmed, by application. 1 query where several may apply together."""
    found: dict[int, list[CoApplicant]] = defaultdict(list)
    if program.is_joint:
        rows = CoApplicant.objects.confirmed().filter(application__in=applications)
        for row in rows.select_related("merchant"):
            found[row.application_id].append(row)
    return found


def _together(
    known: Facts, partners: Sequence[CoApplicant], years: Mapping[int, set[int]]
) -> Facts:
    """With the partners of a joint application: each is supported by it."""
    told = tuple(
        PartnerFacts(
            row.merchant.name,
            is_verified=row.merchant.is_verified_on(known.today),
            supported_this_year=known.today.year in years[row.merchant_id],
            supported_before=bool(years[row.merchant_id]),
        )
        for row in partners
    )
    before = known.supported_before or any(partner.supported_before for partner in told)
    return replace(known, partners=told, supported_before=before)


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
