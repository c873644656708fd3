"""The call itself: copied from the last round, published, called off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max

from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from programs import call_refusals, messages
from programs.locking import lock_program
from programs.models import (
    Application,
    ApplicationState,
    Criterion,
    DistrictQuota,
    Program,
    ProgramState,
    Question,
    SelectionMode,
    SessionKind,
)
from programs.services import leaving, lottery, places, rounds, sessions

#: what a copy begins anew; everything else of the call is taken over
_NOT_COPIED = {
    "id",
    "slug",
    "state",
    "copied_from",
    "created_by",
    "created_at",
    "published_at",
    "announced_at",
    "ended_at",
    "ended_because",
}


def new_slug(kind: str, now: dt.datetime) -> str:
    """``education-2026-11``, with a number behind it where that is taken. 1 query."""
    stem = f"{kind.replace('_', '-')}-{clock.local(now):%Y-%m}"
    taken = set(Program.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    while (slug := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return slug


@transaction.atomic
def copy(*, program: Program, by: User) -> Program:
    """A draft of the next round: questions, criteria, papers, rules and poster taken over, the
    window as long as last time's and beginning tomorrow, the days after it as far from it as
    last time, on the same days of the week. Its sessions are taken over afterwards (``rounds``).
    """
    now = clock.now()
    opens = clock.at(clock.day_of(now) + clock.DAY, dt.time(9))
    fields = {
        field.attname: getattr(program, field.attname)
        for field in Program._meta.concrete_fields
        if field.name not in _NOT_COPIED
    }
    fields |= {"opens_at": opens, "closes_at": opens + (program.closes_at - program.opens_at)}
    fields |= _days_moved(program, rounds.weeks_between(program.opens_at, opens))
    made = Program.objects.create(
        **fields,
        slug=new_slug(program.kind, now),
        copied_from=program,
        created_by=by,
        created_at=now,
    )
    made.papers.set(program.papers.all())
    for model in (Question, Criterion, DistrictQuota):
        rows: list[Any] = list(model._default_manager.filter(program=program))
        for row in rows:
            row.pk, row.program = None, made
        model._default_manager.bulk_create(rows)
    return made


def _days_moved(program: Program, shift: dt.timedelta) -> dict[str, dt.date | None]:
    names = ("results_on", "runs_from", "runs_until")
    days = {name: getattr(program, name) for name in names}
    return {name: day + shift if day else None for name, day in days.items()}


@transaction.atomic
def publish(*, program: Program) -> Program:
    """Let everybody read the call, and apply in its window.

    Raises RuleViolation with everything that is missing, or ``not_a_draft``.
    """
    program, now = lock_program(program.pk), clock.now()
    if program.state != ProgramState.DRAFT:
        raise RuleViolation(call_refusals.not_a_draft())
    if found := what_is_missing(program, now):
        raise RuleViolation(*found)
    program.state, program.published_at = ProgramState.PUBLISHED, now
    program.save(update_fields=["state", "published_at"])
    lottery.commit_if_due(program, now)
    return program


def what_is_missing(program: Program, now: dt.datetime) -> list[Violation]:
    """What a call needs before it is published. 1 to 3 queries."""
    found = []
    if not program.body.strip():
        found.append(call_refusals.body_missing())
    if not program.summary.strip():
        found.append(call_refusals.summary_missing())
    if program.closes_at <= now:
        found.append(call_refusals.deadline_past())
    if program.poster_id and not program.poster_alt.strip():
        found.append(call_refusals.poster_in_words_missing())
    if program.selection == SelectionMode.SCORED:
        found += _missing_for_scores(program)
    if program.the_kind.asks_outcome and not has_an_end(program):
        found.append(call_refusals.end_missing())
    own = sum(program.district_quotas.values_list("places", flat=True))
    if own > program.quota:
        found.append(call_refusals.districts_too_many(own, program.quota))
    return found


def opens_in_a_rush(program: Program, now: dt.datetime) -> bool:
    """Whether people race for its places at an opening to come, and no waiting room orders them."""
    races = program.selection == SelectionMode.FIRST_COME
    return races and program.opens_at > now and not program.has_waiting_room


def has_an_end(program: Program) -> bool:
    """Whether the day outcomes are counted from is known for everybody (``endings``): the last
    day of the call, else that of the sessions for all."""
    if program.runs_until is not None:
        return True
    for_all = program.sessions.standing().filter(application=None)
    return for_all.exclude(kind=SessionKind.REHEARSAL).exists()


def _missing_for_scores(program: Program) -> list[Violation]:
    """Criteria, weights, the tie rule: stated beforehand."""
    found = []
    weights = list(program.criteria.values_list("weight", flat=True))
    if not weights:
        found.append(call_refusals.criteria_missing())
    elif sum(weights) != 100:
        found.append(call_refusals.weights_wrong(sum(weights)))
    if not program.tie_rules:
        found.append(call_refusals.tie_rules_missing())
    if program.drops_extremes and program.evaluators_each < 3:
        found.append(call_refusals.too_few_evaluators())
    return found


@transaction.atomic
def call_off(*, program: Program, reason: str, by: User) -> Program:
    """End a program that will not take place with its sessions and consultations, and tell
    everybody who counts on it.

    Applications keep their state. Twice changes nothing. Raises RuleViolation ``not_running``
    or ``reason_missing``.
    """
    program, now = lock_program(program.pk), clock.now()
    if program.state == ProgramState.CANCELLED:
        return program
    if program.state not in ProgramState.running:
        raise RuleViolation(call_refusals.not_running())
    if not reason.strip():
        raise RuleViolation(call_refusals.reason_missing())
    program.state, program.ended_at = ProgramState.CANCELLED, now
    program.ended_because = reason.strip()
    program.save(update_fields=["state", "ended_at", "ended_because"])
    sessions.call_off_all(by=by, program=program, reason=program.ended_because)
    leaving.end_consultations_of(program, reason=program.ended_because, now=now)
    for application in _counting_on(program):
        messages.called_off(application, reason=program.ended_because)
    return program


def _counting_on(program: Program) -> list[Application]:
    counting = ApplicationState.undecided | ApplicationState.placed | {ApplicationState.RESERVE}
    rows = program.applications.filter(state__in=counting).order_by("pk")
    return list(rows.select_related("program", "merchant"))


def refuse_too_small(program: Program, quota: int) -> None:
    """Places that are given stand. Raises RuleViolation ``quota_below``. 1 query."""
    highest = program.applications.placed().aggregate(highest=Max("place"))["highest"] or 0
    if quota < highest:
        raise RuleViolation(call_refusals.quota_below(highest))


@transaction.atomic
def after_change(*, program: Program) -> None:
    """What a changed call sets free (more places) goes to those in line; where lots are drawn
    and the close is near now, the seed is committed before it."""
    program, now = lock_program(program.pk), clock.now()
    places.fill(program, now)
    lottery.commit_if_due(program, now)
