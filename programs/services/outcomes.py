"""Asking what a program brought, taking down the answers, correcting them, looking at them.

Figures are what somebody said. Nothing here makes one up: what is not answered stays empty.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import connection, transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import endings, kinds, outcome_refusals, outliers
from programs.messages import outcomes as messages
from programs.models import (
    CHASES,
    Application,
    Outcome,
    OutcomeSource,
    OutcomeStage,
    OutcomeState,
)
from programs.parties import refuse_own

#: how long after its day a stage is still asked for, where the timetable stood still
LATE_DAYS = 14

# By hand: from the applications to the rows without passing through Python. What was asked
# already is not asked again, however often this runs.
_ASK_SQL = f"""
WITH due AS (
    SELECT e.id, e.ended_on, stage
    FROM ({endings.ENDED_SQL}) AS e
    JOIN unnest(%(stage_kinds)s::text[], %(stages)s::int[]) AS asked (kind, stage) USING (kind)
    WHERE e.ended_on + stage <= %(today)s AND e.ended_on + stage + %(late)s > %(today)s
)
INSERT INTO programs_outcome (
    application_id, stage, state, ended_on, asked_at, told_at, chases, text, source,
    source_note, flags, check_note)
SELECT id, stage, 'asked', ended_on, %(now)s, %(now)s, 0, '', '', '', '{{}}', '' FROM due
ON CONFLICT (application_id, stage) DO NOTHING
RETURNING id
"""  # noqa: S608  (nothing from outside is in it)


def open_until(outcome: Outcome) -> dt.datetime:
    """The instant from which only staff take the figures down."""
    return outcome.asked_at + messages.OPEN_DAYS * clock.DAY


@transaction.atomic
def ask_due(*, now: dt.datetime) -> int:
    """Ask for every stage whose day has come in Korea and that was not asked for; returns how
    many. Safe to run twice and side by side: a stage is one row of its application."""
    stages = [(kind.key, stage) for kind in kinds.KINDS.values() for stage in kind.stages]
    values = {
        **endings.values(asking_outcome=True),
        "stage_kinds": [kind for kind, _stage in stages],
        "stages": [stage for _kind, stage in stages],
        "today": clock.day_of(now),
        "late": LATE_DAYS,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK_SQL, values)
        made = [pk for (pk,) in cursor.fetchall()]
    messages.ask(_with_people(made))
    return len(made)


def _with_people(ids: list[int]) -> list[Outcome]:
    rows = Outcome.objects.filter(pk__in=ids).select_related(
        "application__program", "application__merchant"
    )
    return list(rows.order_by("pk"))


@transaction.atomic
def follow_up(*, now: dt.datetime) -> int:
    """Ask again what is not answered ``OUTCOME_CHASE_DAYS`` after the last asking, twice; then
    mark it as missing. Returns how many rows moved on. Safe to run twice."""
    silent = Outcome.objects.filter(
        state=OutcomeState.ASKED, told_at__lte=now - settings.OUTCOME_CHASE_DAYS * clock.DAY
    ).order_by("pk")
    silent = silent.exclude(**endings.left_out("application__"))
    locked = list(silent.select_for_update(skip_locked=True).values_list("pk", "chases"))
    again = [pk for pk, chases in locked if chases < CHASES]
    rows = _with_people(again)
    for row in rows:
        row.chases, row.told_at = row.chases + 1, now
    Outcome.objects.bulk_update(rows, ["chases", "told_at"], batch_size=500)
    messages.ask(rows)
    over = [pk for pk, chases in locked if chases >= CHASES]
    Outcome.objects.filter(pk__in=over).update(state=OutcomeState.MISSING)
    return len(locked)


@dataclass(frozen=True)
class Said:
    """What a business says: sales in won, orders, viewers, whether it uses what it learned.
    What its kind of program does not ask for stays empty."""

    sales: int | None = None
    orders: int | None = None
    viewers: int | None = None
    use: str = ""
    text: str = ""


@transaction.atomic
def answer(*, outcome: Outcome, said: Said) -> Outcome:
    """Keep what the business says; saying it again corrects it.

    Raises RuleViolation ``outcome_closed``, or ``outcome_taken_down`` where staff had the
    figures on the telephone or looked at them, or ``answer_incomplete``.
    """
    outcome = _locked(outcome.pk)
    refuse_unless_open(outcome)
    outcome.source, outcome.source_note, outcome.entered_by = OutcomeSource.FORM, "", None
    return _keep(outcome, said)


def refuse_unless_open(outcome: Outcome) -> None:
    """Raise ``outcome_closed`` or ``outcome_taken_down``."""
    if outcome.source == OutcomeSource.PHONE or outcome.checked_at is not None:
        raise RuleViolation(outcome_refusals.outcome_taken_down())
    if clock.now() >= open_until(outcome):
        raise RuleViolation(outcome_refusals.outcome_closed(open_until(outcome)))


@transaction.atomic
def enter(
    *,
    application: Application,
    stage: OutcomeStage,
    said: Said,
    source_note: str,
    by: User,
) -> Outcome:
    """Take figures down on the telephone, or correct them; ``source_note`` says who gave them.

    Raises RuleViolation ``source_needed``, ``not_asked_of_this_kind``, ``end_unknown``,
    ``too_early``, ``answer_incomplete`` or ``own_business``.
    """
    refuse_own(application, by)
    if not source_note.strip():
        raise RuleViolation(outcome_refusals.source_needed())
    outcome = _locked(_row_of(application, stage).pk)
    outcome.source, outcome.source_note = OutcomeSource.PHONE, source_note.strip()
    outcome.entered_by = by
    return _keep(outcome, said)


def _row_of(application: Application, stage: OutcomeStage) -> Outcome:
    """The row of a stage; made where nobody was asked, because the figures came first."""
    ended = endings.ended_on(application)
    kind = application.program.the_kind
    asked = kind.asks_afterwards and stage in kind.stages
    if not asked or not endings.is_asked(application):
        raise RuleViolation(outcome_refusals.not_asked_of_this_kind())
    if ended is None:
        raise RuleViolation(outcome_refusals.end_unknown())
    if clock.today() < ended + stage * clock.DAY:
        raise RuleViolation(outcome_refusals.too_early(ended + stage * clock.DAY))
    row, _made = Outcome.objects.get_or_create(
        application=application, stage=stage, defaults={"ended_on": ended}
    )
    return row


def _locked(pk: int) -> Outcome:
    rows = Outcome.objects.select_related("application__program", "application__merchant")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _keep(outcome: Outcome, said: Said) -> Outcome:
    """The figures with what stands out about them; the former ones stay in the history."""
    _refuse_incomplete(outcome, said)
    outcome.state = OutcomeState.ANSWERED
    for name, value in asdict(said).items():
        setattr(outcome, name, value)
    outcome.answered_at = clock.now()
    outcome.checked_at, outcome.checked_by, outcome.check_note = None, None, ""
    outcome.flags = list(
        outliers.flags_of(
            sales=said.sales,
            orders=said.orders,
            stage=outcome.stage,
            baseline=outcome.application.baseline_sales,
            others=_others(outcome),
        )
    )
    outcome.save()
    return outcome


def _refuse_incomplete(outcome: Outcome, said: Said) -> None:
    """An answer says whatever its kind of program asks for."""
    kind = outcome.application.program.the_kind
    sold = said.sales is not None and said.orders is not None
    if (kind.asks_outcome and not sold) or (kind.asks_use and not said.use):
        raise RuleViolation(outcome_refusals.answer_incomplete())


def _others(outcome: Outcome) -> list[int]:
    """Sales of the other businesses of the program at the same stage, in won. 1 query."""
    rows = Outcome.objects.answered().filter(
        application__program=outcome.application.program_id, stage=outcome.stage
    )
    found = rows.exclude(pk=outcome.pk).values_list("sales", flat=True)
    return [sales for sales in found if sales is not None]


@transaction.atomic
def look_at(*, outcome: Outcome, note: str, by: User) -> Outcome:
    """A member of staff asked or compared: the figures are right and count from now on.

    Raises RuleViolation ``note_needed``, ``nothing_to_look_at`` or ``own_business``.
    """
    outcome = _locked(outcome.pk)
    refuse_own(outcome.application, by)
    if not note.strip():
        raise RuleViolation(outcome_refusals.note_needed())
    if not Outcome.objects.to_look_at().filter(pk=outcome.pk).exists():
        raise RuleViolation(outcome_refusals.nothing_to_look_at())
    outcome.checked_at, outcome.checked_by, outcome.check_note = clock.now(), by, note.strip()
    outcome.save(update_fields=["checked_at", "checked_by", "check_note"])
    return outcome
