"""How the businesses of many applications stand today: what the rules of the call are told of
each, with its partners, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from center import clock
from merchants.models import Suspension
from programs.kinds import Applicant
from programs.models import Application, CoApplicant, Program
from programs.policies import Facts, PartnerFacts
from programs.services.facts import years_of_support


@dataclass(frozen=True)
class _Known:
    """What was read of all at once: partners by application, ends of suspensions and years of
    support by business."""

    now: dt.datetime
    partners: Mapping[int, Sequence[CoApplicant]]
    banned: Mapping[int, dt.datetime]
    years: Mapping[int, set[int]]


def of_applications(
    program: Program, applications: Iterable[Application], now: dt.datetime
) -> dict[int, Facts]:
    """The facts of each, by application, which come with their businesses. 2 queries, one more
    where several may apply together, however many there are."""
    rows = list(applications)
    known = _read(program, rows, now)
    return {row.pk: _together(_facts(program, row, known), row, known) for row in rows}


def supported_in(year: int, program: Program, rows: Sequence[Application]) -> list[str]:
    """The names of the businesses, partners among them, that were supported in a year by
    another such program. 1 or 2 queries."""
    partners = _partners(program, rows)
    names = {row.merchant_id: row.merchant.name for row in rows}
    names |= {one.merchant_id: one.merchant.name for some in partners.values() for one in some}
    years = years_of_support(program, names)
    return sorted(name for pk, name in names.items() if year in years[pk])


def with_support_in(year: int, program: Program, rows: Sequence[Application]) -> set[int]:
    """Of these applications those of which some business, partners among them, was supported in
    a year by another such program. 1 or 2 queries."""
    partners = _partners(program, rows)
    involved = {
        row.pk: [row.merchant_id, *(one.merchant_id for one in partners.get(row.pk, ()))]
        for row in rows
    }
    years = years_of_support(program, {pk for some in involved.values() for pk in some})
    return {key for key, some in involved.items() if any(year in years[pk] for pk in some)}


def _read(program: Program, rows: Sequence[Application], now: dt.datetime) -> _Known:
    partners = _partners(program, rows)
    ids = [row.merchant_id for row in rows]
    ids += [one.merchant_id for some in partners.values() for one in some]
    banned = Suspension.objects.in_force(now).filter(merchant__in=ids).order_by("ends")
    return _Known(
        now, partners, dict(banned.values_list("merchant", "ends")), years_of_support(program, ids)
    )


def _partners(
    program: Program, applications: Collection[Application]
) -> dict[int, list[CoApplicant]]:
    """Those who confirmed, by application. 1 query where several may apply together."""
    found: dict[int, list[CoApplicant]] = defaultdict(list)
    if program.is_joint:
        rows = CoApplicant.objects.confirmed().filter(application__in=applications)
        for row in rows.select_related("merchant"):
            found[row.application_id].append(row)
    return found


def _facts(program: Program, application: Application, known: _Known) -> Facts:
    merchant, today = application.merchant, clock.day_of(known.now)
    years = known.years[merchant.pk]
    return Facts(
        today=today,
        is_verified=merchant.is_verified_on(today),
        kind=merchant.kind,
        section=merchant.section,
        district=application.district,
        is_for_another=program.the_kind.applicant != Applicant.BUSINESS,
        founded_on=merchant.founded_on,
        suspended_until=known.banned.get(merchant.pk),
        is_reviewed=merchant.review_asked_at is not None,
        supported_this_year=today.year in years,
        supported_before=bool(years),
    )


def _together(facts: Facts, application: Application, known: _Known) -> Facts:
    """With the partners of a joint application: each is supported by it."""
    told = tuple(
        PartnerFacts(
            row.merchant.name,
            is_verified=row.merchant.is_verified_on(facts.today),
            is_suspended=row.merchant_id in known.banned,
            supported_this_year=facts.today.year in known.years[row.merchant_id],
            supported_before=bool(known.years[row.merchant_id]),
        )
        for row in known.partners.get(application.pk, ())
    )
    before = facts.supported_before or any(partner.supported_before for partner in told)
    return replace(facts, partners=told, supported_before=before)
