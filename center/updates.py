"""Migrations beside a portal that is in use.

A change of a table waits until nobody reads it, and whoever wants to read it meanwhile waits
behind that change: one long report, or the backup, which reads every table for minutes, would
stand still all pages. So such a change waits for seconds, lets everybody pass, and tries again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

#: how long others wait behind a change at most, and until it tries again
WAIT_SECONDS, PAUSE_SECONDS = 2, 5
#: ten minutes, as long as the longest statement of a task
TRIES = 90
_LOCK_NOT_AVAILABLE = "55P03"


def brief(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """For ``connection.execute_wrapper``: no statement of a transaction waits for longer.

    Outside of one it waits on: what builds an index beside those who write does so there, keeps
    nobody waiting, and would leave half an index behind.
    """
    connection: BaseDatabaseWrapper = context["connection"]
    if connection.in_atomic_block:
        execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'", None, False, context)
    return execute(sql, params, many, context)


def again(work: Callable[[], None], *, told: Callable[[str], object]) -> None:
    """Do what may be done again from its beginning until nobody stood in its way.

    Raises OperationalError where somebody still does after all tries, and any other at once.
    """
    for left in reversed(range(TRIES)):
        try:
            work()
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != _LOCK_NOT_AVAILABLE or not left:
                raise
            told(f"Somebody uses a table that is to change; again in {PAUSE_SECONDS} s.")
            time.sleep(PAUSE_SECONDS)
        else:
            return
