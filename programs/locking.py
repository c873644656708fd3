"""The lock order of programs: business row, then program row, then applications by id.

Whoever gives or frees a place holds the program's row, so that places are given one after
another; the numbers of the places stay the last word. The business's row comes first where
its own limits are asked. Bookings taken for sessions follow ``bookings.locking`` after these.
"""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from center.errors import RuleViolation
from programs import refusals
from programs.models import Application, Program

P = ParamSpec("P")
R = TypeVar("R")

_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT = "40P01", "40001", "55P03"
_UNIQUE = "23505"
_TRY_AGAIN = {_DEADLOCK, _SERIALIZATION, _LOCK_TIMEOUT}
#: what two who give places without seeing each other run into, and what is drawn anew
_DRAWN_AGAIN = ("application_place_once", "application_reserve_number_once", "receipt")


def placing(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service that gives places: one transaction, tried again a few times where a rival
    was in the way, then refused.

    Raises RuleViolation ``busy`` when every attempt met one.
    """

    @functools.wraps(service)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for number in range(settings.PROGRAM_ATTEMPTS):
            try:
                with transaction.atomic():
                    _limit_waiting()
                    return service(*args, **kwargs)
            except DatabaseError as error:
                if not _worth_another_try(error):
                    raise
                time.sleep(random.uniform(0, 0.02) * (number + 1))  # noqa: S311
        raise RuleViolation(refusals.busy())

    return attempt


def _worth_another_try(error: DatabaseError) -> bool:
    code = getattr(error.__cause__, "pgcode", None)
    if code == _UNIQUE:
        diagnostics = getattr(error.__cause__, "diag", None)
        name = getattr(diagnostics, "constraint_name", "") or ""
        return any(known in name for known in _DRAWN_AGAIN)
    return code in _TRY_AGAIN


def _limit_waiting() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [settings.PROGRAM_LOCK_TIMEOUT_MS])


def lock_program(pk: int) -> Program:
    """The row as it is now, locked until the end of the transaction. Raises DoesNotExist."""
    return Program.objects.select_for_update(no_key=True).get(pk=pk)


def lock_application(pk: int) -> Application:
    """One application, locked and fresh; its program's row is locked before it."""
    lock_program(Application.objects.values_list("program_id", flat=True).get(pk=pk))
    return Application.objects.select_for_update(no_key=True).get(pk=pk)
