"""What can be seen of a case without looking at its papers: pure functions, facts in,
findings out. Each says in a word whether it is in order; staff decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import clock, display
from merchants import business_number, likeness, regions
from merchants.models import (
    BusinessStanding,
    Document,
    DocumentKind,
    Merchant,
    MerchantKind,
    Suspension,
)


class Weight(StrEnum):
    """How much a finding asks of the person who decides; in order of urgency."""

    BAD = "bad"
    LOOK = "look"
    OK = "ok"

    @property
    def word(self) -> str:
        return {"bad": _("Not in order"), "look": _("Look closely"), "ok": _("In order")}[self]


@dataclass(frozen=True)
class Twin:
    """Another business that may be the same one, and why."""

    merchant: Merchant
    why: str


@dataclass(frozen=True)
class Finding:
    """``code`` is stable; ``twins`` are linked below the sentence."""

    code: str
    weight: Weight
    label: str
    sentence: str
    twins: tuple[Twin, ...] = ()


@dataclass(frozen=True)
class Facts:
    """All that findings are drawn from, as it is on ``today``."""

    merchant: Merchant
    asked: Sequence[DocumentKind]
    papers: Sequence[Document]
    neighbours: Sequence[Merchant]
    suspension: Suspension | None
    open_requests: int
    today: dt.date


def findings(facts: Facts) -> list[Finding]:
    """Everything found, the most urgent first."""
    found = [
        *_number(facts),
        *_standing(facts),
        *_verification(facts),
        *_papers(facts),
        *_district(facts),
        *_twins(facts),
        *_founding(facts),
        *_suspension(facts),
        *_requests(facts),
    ]
    order = list(Weight)
    return sorted(found, key=lambda finding: order.index(finding.weight))


def _number(facts: Facts) -> Iterator[Finding]:
    merchant, label = facts.merchant, _("Business number")
    if merchant.number is None:
        yield Finding("number_none", Weight.OK, label, _("A founder to be has none yet."))
    elif business_number.is_valid(merchant.number):
        sentence = _("%(number)s: the check digit is right.") % {"number": merchant.display_number}
        yield Finding("number_valid", Weight.OK, label, sentence)
    else:
        sentence = _("%(number)s: the check digit is wrong.") % {"number": merchant.display_number}
        yield Finding("number_invalid", Weight.BAD, label, sentence)


def _standing(facts: Facts) -> Iterator[Finding]:
    merchant, label = facts.merchant, _("Tax office")
    if merchant.number is None:
        return
    standing = BusinessStanding(merchant.business_status)
    words = str(standing.label)
    if merchant.business_ended_on:
        ended = display.full_day(merchant.business_ended_on)
        words = _("%(standing)s since %(day)s") % {"standing": words, "day": ended}
    if merchant.status_checked_at is None:
        sentence = _("Look-up pending: the tax office has not answered yet.")
    else:
        looked = display.full_day(clock.day_of(merchant.status_checked_at))
        sentence = _("%(standing)s (looked up %(day)s)") % {"standing": words, "day": looked}
    weight = {BusinessStanding.UNCHECKED: Weight.LOOK, BusinessStanding.ACTIVE: Weight.OK}
    yield Finding(f"standing_{standing}", weight.get(standing, Weight.BAD), label, sentence)


def _verification(facts: Facts) -> Iterator[Finding]:
    until = facts.merchant.verified_until
    if until is not None and until < facts.today:
        sentence = _("Ended on %(day)s; the business cannot book.")
        day = {"day": display.full_day(until)}
        yield Finding("verification_ended", Weight.LOOK, _("Verification"), sentence % day)


def _papers(facts: Facts) -> Iterator[Finding]:
    there = {paper.kind_id: paper for paper in facts.papers}
    for kind in facts.asked:
        if kind.pk not in there and kind.is_needed:
            yield Finding(
                "paper_missing", Weight.BAD, kind.display_name, _("Not handed in, but needed.")
            )
    for paper in facts.papers:
        yield _paper(paper, facts.today)


def _paper(paper: Document, today: dt.date) -> Finding:
    label = paper.kind.display_name
    if paper.lacks_entries:
        return Finding(
            "paper_entries", Weight.LOOK, label, _("Its number or last day is not entered.")
        )
    if paper.valid_until is None:
        return Finding("paper_there", Weight.OK, label, _("Handed in; it does not run out."))
    day = {"day": display.full_day(paper.valid_until)}
    if paper.has_run_out(today):
        return Finding("paper_run_out", Weight.BAD, label, _("Ran out on %(day)s.") % day)
    if paper.runs_out_soon(today):
        return Finding("paper_runs_out", Weight.LOOK, label, _("Runs out soon, on %(day)s.") % day)
    return Finding("paper_valid", Weight.OK, label, _("Valid until %(day)s.") % day)


def _district(facts: Facts) -> Iterator[Finding]:
    merchant, label = facts.merchant, _("District")
    name = {"district": merchant.district_name}
    if not regions.is_home(merchant.district):
        sentence = _("%(district)s lies outside the region of the center.") % name
        yield Finding("district_outside", Weight.LOOK, label, sentence)
    elif not _is_in_force(merchant.district, facts.today):
        sentence = _("The code of %(district)s is no longer in force.") % name
        yield Finding("district_ended", Weight.LOOK, label, sentence)
    else:
        sentence = _("%(district)s lies in the region.") % name
        yield Finding("district_home", Weight.OK, label, sentence)


def _is_in_force(code: str, day: dt.date) -> bool:
    known = regions.district(code)
    return known is not None and known.in_force(day)


def _twins(facts: Facts) -> Iterator[Finding]:
    label = _("Registered twice?")
    twins = tuple(
        Twin(other, ", ".join(reasons))
        for other in facts.neighbours
        if (reasons := likenesses(facts.merchant, other))
    )
    if twins:
        sentence = ngettext(
            "%(n)d other business looks the same.",
            "%(n)d other businesses look the same.",
            len(twins),
        ) % {"n": len(twins)}
        yield Finding("twins", Weight.LOOK, label, sentence, twins)
    else:
        yield Finding("no_twins", Weight.OK, label, _("No other business looks the same."))


def likenesses(one: Merchant, other: Merchant) -> list[str]:
    """Why the two may be the same business; the representative alone proves nothing."""
    reasons = []
    if (phone := likeness.plain_phone(one.phone)) and phone == likeness.plain_phone(other.phone):
        reasons.append(_("same telephone"))
    address = likeness.plain_address(one.address)
    if address and address == likeness.plain_address(other.address):
        reasons.append(_("same address"))
    same_person = likeness.plain_name(one.representative) == likeness.plain_name(
        other.representative
    )
    if same_person and likeness.names_are_alike(one.name, other.name):
        reasons.append(_("same representative, similar name"))
    return reasons


def _founding(facts: Facts) -> Iterator[Finding]:
    merchant, label = facts.merchant, _("Founded on")
    founder = merchant.kind == MerchantKind.PRE_FOUNDER
    if founder and merchant.number:
        sentence = _("A founder to be, yet with a business number: which kind is it now?")
        yield Finding("founder_with_number", Weight.LOOK, label, sentence)
    elif merchant.founded_on is None:
        if not founder:
            yield Finding("founded_unknown", Weight.LOOK, label, _("Not entered."))
    elif not founder and merchant.founded_on > facts.today:
        day = {"day": display.full_day(merchant.founded_on)}
        yield Finding("founded_later", Weight.BAD, label, _("%(day)s lies in the future.") % day)
    elif founder and merchant.founded_on <= facts.today:
        day = {"day": display.full_day(merchant.founded_on)}
        sentence = _("A founder to be, yet founded on %(day)s.") % day
        yield Finding("founder_founded", Weight.LOOK, label, sentence)


def _suspension(facts: Facts) -> Iterator[Finding]:
    if facts.suspension is not None:
        until = {"moment": display.end(facts.suspension.ends)}
        sentence = _("Suspended until %(moment)s.") % until
        yield Finding("suspended", Weight.LOOK, _("Suspension"), sentence)


def _requests(facts: Facts) -> Iterator[Finding]:
    if facts.open_requests:
        sentence = ngettext(
            "%(n)d person asks to be let in.",
            "%(n)d people ask to be let in.",
            facts.open_requests,
        ) % {"n": facts.open_requests}
        yield Finding("requests", Weight.LOOK, _("Requests to join"), sentence)
