"""When a program ended for a business: the day its days of outcome are counted from.

The last of its own sessions that stands (a broadcast, a consultation; a rehearsal is none),
else the day the program runs until, else the last session of all. One SQL text, because asking
goes from the applications to the rows without passing through Python.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from programs import kinds
from programs.models import Application, ApplicationState, ProgramState

_STANDING = "s.state <> 'cancelled' AND s.kind <> 'rehearsal'"
#: applications that took a place, of programs that were not called off, with ``ended_on``;
#: nothing is planned for them any more that is still to come
ENDED_SQL = f"""
SELECT * FROM (
    SELECT a.id, a.program_id, p.kind, a.merchant_id, a.applied_by_id, a.baseline_sales,
        COALESCE(
            (SELECT (max(s.ends) AT TIME ZONE 'Asia/Seoul')::date FROM programs_session s
             WHERE s.application_id = a.id AND {_STANDING}),
            p.runs_until,
            (SELECT (max(s.ends) AT TIME ZONE 'Asia/Seoul')::date FROM programs_session s
             WHERE s.program_id = p.id AND s.application_id IS NULL AND {_STANDING})
        ) AS ended_on
    FROM programs_application a JOIN programs_program p ON p.id = a.program_id
    WHERE a.state = ANY(%(taking_part)s) AND p.state <> ALL(%(called_off)s)
      AND p.kind = ANY(%(kinds)s)
      AND NOT (a.state = %(not_completed)s AND p.kind = ANY(%(of_use)s))
) AS placed WHERE ended_on IS NOT NULL
"""  # noqa: S608  (nothing from outside is in it)


def values(*, asking_outcome: bool) -> dict[str, Any]:
    """What ``ENDED_SQL`` asks for; all kinds, or those asked what they brought, without those
    who did not complete what they would be asked the use of."""
    wanted = [k.key for k in kinds.KINDS.values() if k.asks_afterwards or not asking_outcome]
    return {
        "taking_part": sorted(map(str, ApplicationState.taking_part)),
        "called_off": [ProgramState.DRAFT.value, ProgramState.CANCELLED.value],
        "kinds": wanted,
        "not_completed": ApplicationState.NOT_COMPLETED.value,
        "of_use": _of_use_alone() if asking_outcome else [],
    }


def _of_use_alone() -> list[str]:
    return [k.key for k in kinds.KINDS.values() if k.asks_use and not k.asks_outcome]


def left_out(prefix: str) -> dict[str, Any]:
    """Of applications, as a query names them: who did not complete what they would be asked the
    use of."""
    return {
        f"{prefix}state": ApplicationState.NOT_COMPLETED,
        f"{prefix}program__kind__in": _of_use_alone(),
    }


def is_asked(application: Application) -> bool:
    """Whether this one is among those asked what it brought: it took part, and has completed
    where the use of what was learned is all that is asked."""
    only_use = application.program.kind in _of_use_alone()
    is_left_out = only_use and application.state == ApplicationState.NOT_COMPLETED
    return application.state in ApplicationState.taking_part and not is_left_out


def ended_on(application: Application) -> dt.date | None:
    """The same for one application; None where no end is known. 1 query."""
    sql = f"SELECT ended_on FROM ({ENDED_SQL}) AS e WHERE id = %(id)s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values(asking_outcome=False), "id": application.pk})
        row = cursor.fetchone()
    return row[0] if row else None
