"""How somebody stands with a program: what he may do now, or why not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser

from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from merchants.models import Merchant
from merchants.selectors import merchant_of
from programs import eligibility_refusals, papers, refusals
from programs.models import Application, ApplicationState, Program, SelectionMode
from programs.papers import Need
from programs.services import places
from programs.services.apply import current
from programs.services.apply_rules import refuse_unless_editable, refuse_unless_open
from programs.services.facts import violations_for


@dataclass(frozen=True)
class Standing:
    """``violations`` are all that keep the business from applying, or from writing in the
    application it has; ``needs`` are the papers asked of it."""

    merchant: Merchant | None
    application: Application | None = None
    violations: list[Violation] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)

    @property
    def may_write(self) -> bool:
        return self.merchant is not None and not self.violations

    @property
    def codes(self) -> set[str]:
        return {violation.code for violation in self.violations}

    @property
    def has_been_handed_in(self) -> bool:
        found = self.application
        return found is not None and found.state in ApplicationState.handed_in

    @property
    def papers_open(self) -> list[Need]:
        return [need for need in self.needs if not need.is_met]


def standing_of(user: User | AnonymousUser, program: Program, now: dt.datetime) -> Standing:
    """6 to 9 queries for a member of a business, none for somebody who is not logged in."""
    merchant = merchant_of(user)
    if merchant is None:
        found = [*_window(program, now), eligibility_refusals.no_business()]
        return Standing(None, violations=found)
    application = current(program, merchant)
    needs = papers.needs(program, merchant, clock.day_of(now))
    found = _against(program, merchant, application, now)
    return Standing(merchant, application, found, needs)


def _against(
    program: Program, merchant: Merchant, application: Application | None, now: dt.datetime
) -> list[Violation]:
    if application is not None and application.state != ApplicationState.DRAFT:
        return _editing(application, program, now)
    found = [*_window(program, now), *violations_for(program, merchant, now)]
    if not found and program.selection == SelectionMode.FIRST_COME and places.is_full(program):
        found.append(refusals.full(program.quota, program.reserve))
    return found


def _window(program: Program, now: dt.datetime) -> list[Violation]:
    try:
        refuse_unless_open(program, now)
    except RuleViolation as refusal:
        return list(refusal.violations)
    return []


def _editing(application: Application, program: Program, now: dt.datetime) -> list[Violation]:
    try:
        refuse_unless_editable(application, program, now)
    except RuleViolation as refusal:
        return list(refusal.violations)
    return []
