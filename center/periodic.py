"""Periodic work that two timetables may start at once and only one may do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


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
