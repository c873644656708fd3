"""The check of conditions: what of each application staff should look at, said by the rules
the call itself is applied for by."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from center import clock
from center.errors import Violation
from merchants import regions
from programs import policies
from programs.barring import barred_from
from programs.kinds import Applicant
from programs.models import Application, ApplicationState, Draw, Program
from programs.policies import Facts
from programs.services import standings

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
    known = standings.of_applications(program, applications, clock.now())
    twice = _named_alike(program, applications)
    return [_checked(program, row, known[row.pk], twice.get(row.pk, [])) for row in applications]


def against(application: Application) -> list[Violation]:
    """What the rules of its call say today of one application. 3 to 8 queries."""
    program = application.program
    known = standings.of_applications(program, [application], clock.now())[application.pk]
    found, bar = policies.violations(program, known), barred_from(application.merchant, program)
    return [*found, bar.violation] if bar else found


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
