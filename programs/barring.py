"""Who missed too much in one round and cannot apply for the next of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from center import clock
from center.errors import Violation
from merchants.models import Merchant
from programs import attend_refusals, completion, rolls
from programs.models import Application, Program, ProgramState


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
    an earlier round, of which this is the next of its kind. 4 queries, 1 for most."""
    earlier = Application.objects.taking_part().filter(
        merchant=merchant,
        program__kind=program.kind,
        program__absences_allowed__isnull=False,
        program__opens_at__lt=program.opens_at,
    )
    applications = list(earlier.select_related("program").order_by("-program__opens_at"))
    bars = _bars(applications, program)
    return next((bar for bar in bars if bar.closed == program), None)


def bar_after(application: Application) -> Bar | None:
    """What follows for the business from its absences in this round, if anything. 3 queries."""
    return next(iter(_bars([application], None)), None)


def _bars(applications: Sequence[Application], asked: Program | None) -> list[Bar]:
    if not applications:
        return []
    now = clock.now()
    parts = rolls.parts_of_many(applications, now)
    rounds = _rounds([application.program for application in applications], asked)
    found = []
    for application in applications:
        program, allowed = application.program, application.program.absences_allowed
        since = completion.barred_at(parts[application.pk], allowed)
        if since is None or allowed is None:
            continue
        absences = completion.standing(parts[application.pk]).absences
        closed = completion.next_round(rounds, program.opens_at, since)
        found.append(Bar(program, absences, allowed, closed))
    return found


def _rounds(missed_in: Sequence[Program], asked: Program | None) -> list[Program]:
    """The later calls of their kind, that asked for among them even before it is published."""
    first = min(missed_in, key=lambda program: program.opens_at)
    later = Program.objects.public().filter(kind=first.kind, opens_at__gt=first.opens_at)
    rounds = list(later.exclude(state=ProgramState.CANCELLED).order_by("opens_at", "pk"))
    return rounds if asked is None or asked in rounds else [*rounds, asked]
