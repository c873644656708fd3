"""Periodic work that two timetables may start at once and only one may do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import structlog
from django.db import connection

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


@contextmanager
def alone_for_long(name: str) -> Iterator[bool]:
    """The same for work in many transactions: the connection holds it, and its end (or its
    worker's death) gives the work free again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


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
