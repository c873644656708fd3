"""The draw, step by step: commit the seed, freeze the list, draw. See ``programs.lottery``."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import DatabaseError, transaction

from center import clock, sealing
from center.errors import RuleViolation
from center.models import User
from programs import basis, call_refusals, locking, lottery, selection_refusals
from programs.models import (
    Announcement,
    ApplicationState,
    Draw,
    Program,
    ProgramState,
    SelectionMode,
)
from programs.services.announce import publish, refuse_supported, refuse_unfinished, to_decide

log = structlog.get_logger(__name__)


@transaction.atomic
def commit_seed(*, program: Program, beacon_source: str = "", by: User | None = None) -> Draw:
    """Publish the digest of a new seed; a program has one, so a second call changes nothing.

    Called when a call by lot is published, by staff, or by the timetable (``by`` None); at any
    rate before it closes. Raises RuleViolation ``not_by_lot``, ``not_running`` or
    ``seed_too_late``.
    """
    program = locking.lock_program(program.pk)
    if known := Draw.objects.filter(program=program).first():
        return known
    if program.selection != SelectionMode.LOTTERY:
        raise RuleViolation(selection_refusals.not_by_lot())
    if program.state != ProgramState.PUBLISHED:
        raise RuleViolation(selection_refusals.not_running())
    if clock.now() >= program.closes_at:
        raise RuleViolation(selection_refusals.seed_too_late())
    seed = lottery.new_seed()
    return Draw.objects.create(
        program=program,
        commitment=lottery.digest(seed),
        sealed_seed=sealing.seal(seed),
        beacon_source=beacon_source.strip(),
        committed_at=clock.now(),
        committed_by=by,
    )


@transaction.atomic
def freeze_list(*, program: Program, by: User) -> Draw:
    """Publish who takes part in the draw: every application that waits, by receipt number.

    Raises RuleViolation ``no_seed``, ``list_frozen``, ``supplements_open``,
    ``no_applications``, ``supported_meanwhile``, ``still_open`` or ``already_announced``.
    """
    program = to_decide(program)
    draw = _draw_of(program)
    if draw.listed_at is not None:
        raise RuleViolation(selection_refusals.list_is_frozen())
    refuse_unfinished(program)
    refuse_supported(program)
    waiting = program.applications.filter(state=ApplicationState.SUBMITTED)
    receipts = sorted(waiting.values_list("receipt", flat=True))
    draw.receipts, draw.list_sha256 = receipts, lottery.list_digest(receipts)
    draw.listed_at, draw.listed_by = clock.now(), by
    draw.save(update_fields=["receipts", "list_sha256", "listed_at", "listed_by"])
    return draw


@transaction.atomic
def draw_lots(*, program: Program, by: User, beacon: str = "") -> Announcement:
    """Reveal the seed, draw, and announce what follows, in one step: nobody sees an order that
    is not out yet.

    Raises RuleViolation ``no_seed``, ``no_list``, ``beacon_needed``, ``list_differs`` or as
    ``announce.to_decide``.
    """
    program = to_decide(program)
    draw = _draw_of(program)
    if draw.receipts is None:
        raise RuleViolation(selection_refusals.no_list())
    if draw.beacon_source and not beacon.strip():
        raise RuleViolation(selection_refusals.beacon_needed(draw.beacon_source))
    refuse_unfinished(program)
    draw.seed = sealing.unseal(draw.sealed_seed)
    draw.beacon = beacon.strip() if draw.beacon_source else ""
    draw.drawn_at, draw.drawn_by = clock.now(), by
    draw.save(update_fields=["seed", "beacon", "drawn_at", "drawn_by"])
    found = basis.of_program(program, lottery.drawn(draw.seed, draw.receipts, draw.beacon))
    _refuse_another_list(draw, found)
    return publish(program, found, by)


def _refuse_another_list(draw: Draw, found: basis.Basis) -> None:
    """Nobody joins after the list and nobody is taken off it; who withdraws is passed over, and
    who was supported elsewhere since stays a candidate, passed over by the ranking."""
    waiting = {row["receipt"] for row in found["applications"]}
    listed = set(draw.receipts or [])
    gone = draw.program.applications.filter(receipt__in=listed - waiting)
    left = gone.exclude(state__in=ApplicationState.given_up)
    if not waiting <= listed or left.exists():
        raise RuleViolation(selection_refusals.list_differs())


def commit_missing_seeds() -> int:
    """Commit a seed for every call by lot that closes within a day and has none; how many.

    Until then staff may do so themselves, and state a public number with it.
    """
    now = clock.now()
    calls = Program.objects.filter(
        state=ProgramState.PUBLISHED,
        selection=SelectionMode.LOTTERY,
        closes_at__gt=now,
        closes_at__lte=now + clock.DAY,
        draw=None,
    )
    return sum(_committed(program, now) for program in calls)


def _committed(program: Program, now: dt.datetime) -> bool:
    try:
        return commit_if_due(program, now)
    except (RuleViolation, DatabaseError):  # the others have theirs, this one the next minute
        log.exception("seed_not_committed", program=program.pk)
        return False


def commit_if_due(program: Program, now: dt.datetime) -> bool:
    """Commit the seed of a call by lot that closes within a day; whether this made one. Part of
    publishing and of moving the close, because the timetable might come too late for it."""
    if program.selection != SelectionMode.LOTTERY or program.state != ProgramState.PUBLISHED:
        return False
    is_due = now < program.closes_at <= now + clock.DAY
    if not is_due or Draw.objects.filter(program=program).exists():
        return False
    commit_seed(program=program)
    return True


def refuse_closing_without_seed(program: Program, closes_at: dt.datetime) -> None:
    """Raises RuleViolation ``closes_before_the_seed`` where a published call by lot would be
    closed before a seed is committed: nothing could be drawn any more. 1 query."""
    if program.selection != SelectionMode.LOTTERY or program.state != ProgramState.PUBLISHED:
        return
    is_late = closes_at <= clock.now() < program.closes_at
    if is_late and not Draw.objects.filter(program=program).exists():
        raise RuleViolation(call_refusals.closes_before_the_seed())


def _draw_of(program: Program) -> Draw:
    if program.selection != SelectionMode.LOTTERY:
        raise RuleViolation(selection_refusals.not_by_lot())
    draw = Draw.objects.select_for_update(no_key=True).filter(program=program).first()
    if draw is None:
        raise RuleViolation(selection_refusals.no_seed())
    return draw
