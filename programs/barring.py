"""Who missed too much in one round and cannot apply for the next of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from center import clock
from center.errors import Violation
from merchants.models import Merchant
from programs import attend_refusals, completion, rolls
from programs.models import Application, CoApplicant, Program, ProgramState
from programs.parties import Party


@dataclass(frozen=True)
class Bar:
    """Why ``closed`` is closed to a business; None: the next call, which is not known yet."""

    missed_in: Program
    absences: int
    allowed: int
    closed: Program | None

    @property
    def violation(self) -> Violation:
        return attend_refusals.barred(self.missed_in, self.absences, self.allowed)


def barred_from(merchant: Merchant, program: Program) -> Bar | None:
    """What keeps a business from applying for a program: more absences than were allowed in
    an earlier round, of which this is the next of its kind. 4 queries, 5 for a partner of a
    joint application, 1 for most."""
    earlier = Application.objects.taking_part().filter(
        program__kind=program.kind,
        program__absences_allowed__isnull=False,
        program__opens_at__lt=program.opens_at,
    )
    rows = earlier.with_business(merchant.pk).select_related("program")
    bars = _bars(_parties(list(rows.order_by("-program__opens_at")), merchant), program)
    return next((bar for bar in bars if bar.closed == program), None)


def _parties(applications: Sequence[Application], merchant: Merchant) -> list[Party]:
    """The business in each: as the lead, or as a partner. 1 query where it is a partner."""
    with_others = [one.pk for one in applications if one.merchant_id != merchant.pk]
    mine: dict[int, CoApplicant] = {}
    if with_others:
        rows = CoApplicant.objects.confirmed().filter(application__in=with_others)
        mine = {row.application_id: row for row in rows.filter(merchant=merchant)}
    return [Party(one, mine.get(one.pk)) for one in applications]


def bar_after(application: Application, co_applicant: CoApplicant | None = None) -> Bar | None:
    """What follows for the business from its absences in this round, if anything. 3 queries."""
    return next(iter(_bars([Party(application, co_applicant)], None)), None)


def _bars(parties: Sequence[Party], asked: Program | None) -> list[Bar]:
    if not parties:
        return []
    now = clock.now()
    parts = rolls.parts_of_many(parties, now)
    rounds = _rounds([party.application.program for party in parties], asked)
    found = []
    for party in parties:
        program, allowed = party.application.program, party.application.program.absences_allowed
        since = completion.barred_at(parts[party.key], allowed)
        if since is None or allowed is None:
            continue
        absences = completion.standing(parts[party.key]).absences
        closed = completion.next_round(rounds, program.opens_at, since)
        found.append(Bar(program, absences, allowed, closed))
    return found


def _rounds(missed_in: Sequence[Program], asked: Program | None) -> list[Program]:
    """The later calls of their kind, that asked for among them even before it is published."""
    first = min(missed_in, key=lambda program: program.opens_at)
    later = Program.objects.public().filter(kind=first.kind, opens_at__gt=first.opens_at)
    rounds = list(later.exclude(state=ProgramState.CANCELLED).order_by("opens_at", "pk"))
    return rounds if asked is None or asked in rounds else [*rounds, asked]
