"""Periodic work that two timetables may start at once and only one may do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, connection

log = structlog.get_logger(__name__)
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Whether the caller is the only one at this work. Never waits; inside a transaction,
    whose end (or whose worker's death) gives the work free again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        yield bool(cursor.fetchone()[0])


def in_turn(name: str) -> None:
    """Wait until nobody else is at this work; to the end of the running transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


@contextmanager
def alone_for_long(name: str) -> Iterator[bool]:
    """The same for work in many transactions: one more, on a connection of its own, holds the
    lock all the while. Its end (or its worker's death) gives the work free again.

    A lock of the session would not do: behind PgBouncer in transaction mode a connection of
    the database is somebody else's after each transaction.
    """
    guard = connection.copy()
    try:
        guard.set_autocommit(False)
        with guard.cursor() as cursor:
            # It waits on purpose; the database ends others that do.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
            mine = bool(cursor.fetchone()[0])
        yield mine
    finally:
        # Ended properly, its connection of the database can serve others at once.
        with suppress(DatabaseError):
            guard.rollback()
        guard.close()


def one_at_a_time(work: Callable[P, R]) -> Callable[P, R | None]:
    """For a periodic task: a second one that starts meanwhile returns at once, with None."""
    name = f"{work.__module__}.{work.__name__}"

    @functools.wraps(work)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | None:
        with alone_for_long(name) as mine:
            if mine:
                return work(*args, **kwargs)
        log.info("already_at_work", work=name)
        return None

    return guarded
