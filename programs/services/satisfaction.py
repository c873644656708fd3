"""Three questions after a program, behind a signed link that needs no log-in."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

from bookings.models import FEEDBACK_DAYS
from center import clock
from center.errors import RuleViolation
from programs import endings, outcome_refusals
from programs.messages import outcomes as messages
from programs.models import Application, ApplicationState, Satisfaction

# By hand, as the asking for outcomes: who was asked has the message already.
_ASK_SQL = f"""
SELECT e.id, e.ended_on FROM ({endings.ENDED_SQL}) AS e
WHERE e.ended_on < %(today)s AND e.ended_on + %(late)s > %(today)s
  AND NOT EXISTS (SELECT 1 FROM programs_satisfaction f WHERE f.application_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM notifications_message n
                  WHERE n.dedupe_key = %(kind)s || ':' || e.id)
ORDER BY e.id
"""  # noqa: S608  (nothing from outside is in it)
LATE_DAYS = 14


@transaction.atomic
def ask_due(*, now: dt.datetime) -> int:
    """On the day after the end ask everybody who took part, once; returns how many."""
    values = {
        **endings.values(asking_outcome=False),
        "today": clock.day_of(now),
        "late": LATE_DAYS,
        "kind": messages.SATISFACTION.key,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK_SQL, values)
        due = dict(cursor.fetchall())
    rows = Application.objects.filter(pk__in=due).select_related("program", "merchant")
    messages.ask_satisfaction(list(rows.order_by("pk")), ended=due)
    return len(due)


def open_until(application: Application) -> dt.datetime | None:
    """The instant from which it is not asked any more; None before there is an end."""
    ended = endings.ended_on(application)
    return None if ended is None else clock.at(ended + (1 + FEEDBACK_DAYS) * clock.DAY)


def refuse_unless_open(application: Application) -> None:
    """Raise ``satisfaction_given`` or ``satisfaction_over``."""
    if Satisfaction.objects.filter(application=application).exists():
        raise RuleViolation(outcome_refusals.satisfaction_given())
    until = open_until(application)
    begun = until is not None and clock.now() >= until - FEEDBACK_DAYS * clock.DAY
    took_part = application.state in ApplicationState.taking_part
    if until is None or not begun or not took_part or clock.now() >= until:
        raise RuleViolation(outcome_refusals.satisfaction_over(FEEDBACK_DAYS))


@transaction.atomic
def give(
    *, application: Application, content: int, conduct: int, usefulness: int, text: str = ""
) -> Satisfaction:
    """Keep the answers, once. Raises RuleViolation ``satisfaction_given`` or ``…_over``."""
    locked = Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    refuse_unless_open(locked)
    return Satisfaction.objects.create(
        application=locked, content=content, conduct=conduct, usefulness=usefulness, text=text
    )
