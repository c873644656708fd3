"""Services that rivals may be in the way of: tried again a few times, then refused.

PostgreSQL gives up the one of two transactions that cannot go on. Seen from outside nothing
has happened then, so the service is simply called again.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Collection
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction

from center.errors import RuleViolation, Violation

P = ParamSpec("P")
R = TypeVar("R")

#: codes of PostgreSQL (its manual, appendix A)
DEADLOCK, SERIALIZATION, LOCK_TIMEOUT = "40P01", "40001", "55P03"
OVERLAP, UNIQUE = "23P01", "23505"
IN_THE_WAY = frozenset({DEADLOCK, SERIALIZATION, LOCK_TIMEOUT})


def tried_again(
    service: Callable[P, R],
    *,
    attempts: int,
    wait_ms: int,
    codes: Collection[str] = IN_THE_WAY,
    drawn_anew: Collection[str] = (),
    refusal: Callable[[], Violation],
) -> Callable[P, R]:
    """The service in one transaction, up to ``attempts`` times; no lock is waited for longer
    than ``wait_ms``.

    Tried again are errors with one of ``codes``, and those of unique constraints whose names
    contain one of ``drawn_anew``: numbers that two drew at once. Raises RuleViolation with the
    ``refusal`` when every attempt met a rival.
    """

    @functools.wraps(service)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for number in range(attempts):
            try:
                with transaction.atomic():
                    _limit_waiting(wait_ms)
                    return service(*args, **kwargs)
            except DatabaseError as error:
                if not _worth_another_try(error, codes, drawn_anew):
                    raise
                time.sleep(random.uniform(0, 0.02) * (number + 1))  # noqa: S311
        raise RuleViolation(refusal())

    return attempt


def _worth_another_try(
    error: DatabaseError, codes: Collection[str], drawn_anew: Collection[str]
) -> bool:
    code = getattr(error.__cause__, "pgcode", None)
    if code == UNIQUE:
        diagnostics = getattr(error.__cause__, "diag", None)
        name = getattr(diagnostics, "constraint_name", "") or ""
        return any(known in name for known in drawn_anew)
    return code in codes


def _limit_waiting(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [milliseconds])
