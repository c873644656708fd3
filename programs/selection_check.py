"""The check of conditions: what of each application staff should look at, said by the rules
the call itself is applied for by."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from center import clock
from merchants import regions
from programs.models import Application, ApplicationState, Draw, Program
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


def checked(program: Program, application: Application) -> Checked:
    merchant = application.merchant
    against = facts.violations_for(program, merchant, clock.now())
    return Checked(
        application,
        regions.district_name(application.district),
        merchant.section_name,
        f"{merchant.founded_on:%Y-%m}" if merchant.founded_on else "",
        [violation.message for violation in against],
        _STYLES.get(ApplicationState(application.state), ""),
    )


def is_frozen(program: Program) -> bool:
    """Whether the list of a draw is published: then nothing is decided any more."""
    return Draw.objects.filter(program=program, listed_at__isnull=False).exists()
