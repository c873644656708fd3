"""The check of conditions: what of each application staff should look at, said by the rules
the call itself is applied for by."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from center import clock
from merchants import regions
from merchants.models import Suspension
from programs import policies
from programs.kinds import Applicant
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
    """What the rules of the call say today of each. 2 queries, one more where several may apply
    together and where it is for markets or shops, however many there are."""
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
    twice, found = _named_alike(program, applications), []
    for row in applications:
        known = _facts(program, row, now, banned.get(row.merchant_id), years[row.merchant_id])
        known = _together(known, partners[row.pk], years)
        found.append(_checked(program, row, known, twice.get(row.pk, [])))
    return found


def _named_alike(program: Program, applications: Sequence[Application]) -> dict[int, list[str]]:
    """The receipts of other applications that name the same market or shop, by application.
    1 query where the call is for markets or shops."""
    if program.the_kind.applicant == Applicant.BUSINESS:
        return {}
    receipts: dict[str, list[str]] = defaultdict(list)
    there = program.applications.filter(state__in=ApplicationState.counting).order_by("receipt")
    for receipt, name in there.values_list("receipt", "applied_for"):
        receipts[plain_name(name)].append(receipt)
    return {
        row.pk: [other for other in receipts[key] if other != row.receipt]
        for row in applications
        if (key := plain_name(row.applied_for))
    }


def plain_name(name: str) -> str:
    """What of a name tells one place from another: neither case, spaces nor signs."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


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
    program: Program,
    application: Application,
    now: dt.datetime,
    banned: dt.datetime | None,
    years: set[int],
) -> Facts:
    merchant, today = application.merchant, clock.day_of(now)
    return Facts(
        today=today,
        is_verified=merchant.is_verified_on(today),
        kind=merchant.kind,
        section=merchant.section,
        district=application.district,
        is_for_another=program.the_kind.applicant != Applicant.BUSINESS,
        founded_on=merchant.founded_on,
        suspended_until=banned,
        supported_this_year=today.year in years,
        supported_before=bool(years),
    )


def _checked(
    program: Program, application: Application, known: Facts, twice: Sequence[str]
) -> Checked:
    merchant = application.merchant
    found = [violation.message for violation in policies.violations(program, known)]
    if known.supported_before and not known.supported_this_year:
        found.append(_("Supported before by such a program."))
    if twice:
        named = _("The same market or shop is named by %(receipts)s.")
        found.append(named % {"receipts": ", ".join(twice)})
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
