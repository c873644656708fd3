"""Reports read from a copy of the database, where there is one that keeps up.

``DATABASE_REPLICA_URL`` names it. What is read through ``read`` comes from there while it is
at most ``DATABASE_REPLICA_MAX_LAG`` seconds behind, and from the database itself otherwise;
everything else, and every write, is the database's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    connections,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

log = structlog.get_logger(__name__)
R = TypeVar("R")

ALIAS = "replica"
# For so long (seconds) an answer about the copy is good, and one that was away is left alone.
_GOOD, _LEFT_ALONE = 2.0, 15.0
# A copy that follows has replayed what was written a moment ago after at most so many looks.
_LOOKS, _PAUSE = 15, 0.02

_reading: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)


@dataclass(frozen=True)
class Standing:
    """How far the copy is behind, in seconds; None if it cannot be reached, or has ``strayed``:
    it follows a past that is not the database's, and never comes up to it."""

    lag: float | None
    strayed: bool = False

    @property
    def is_used(self) -> bool:
        return self.lag is not None and self.lag <= settings.DATABASE_REPLICA_MAX_LAG

    @property
    def seconds(self) -> int | None:
        return None if self.lag is None or self.lag == float("inf") else round(self.lag)


class Router:
    """Django asks it where to read and write."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _reading.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != ALIAS


def alias() -> str:
    """Where the caller reads now."""
    return _reading.get()


def connection() -> BaseDatabaseWrapper:
    """For statements written out: the connection of whatever is read from now."""
    return connections[alias()]


def read(work: Callable[[], R]) -> R:
    """What ``work`` returns, read from the copy if that serves; ``work`` only reads, and is
    done a second time, on the database, where the copy goes away meanwhile."""
    if alias() == ALIAS or connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return work()
    now = standing()
    if now is None or not now.is_used:
        return work()
    token = _reading.set(ALIAS)
    try:
        return work()
    except (OperationalError, InterfaceError) as trouble:
        _away(trouble)
    finally:
        _reading.reset(token)
    return work()


def standing() -> Standing | None:
    """How the copy is doing; None where there is none."""
    if ALIAS not in connections.databases:
        return None
    if _known and time.monotonic() < _known[-1][0]:
        return _known[-1][1]
    try:
        return _keep(_measure(), _GOOD)
    except (OperationalError, InterfaceError) as trouble:
        return _away(trouble)


def forget() -> None:
    """Ask anew the next time."""
    _known.clear()


_known: list[tuple[float, Standing]] = []


def _keep(found: Standing, seconds: float) -> Standing:
    _known[:] = [(time.monotonic() + seconds, found)]
    return found


def _away(trouble: Exception) -> Standing:
    log.warning("replica_away", error=type(trouble).__name__)
    connections[ALIAS].close()
    return _keep(Standing(None), _LEFT_ALONE)


# Which past a server is of: the cluster, and its timeline, which a promotion and a recovery to
# an earlier moment begin anew.
_PAST = """
(SELECT system_identifier FROM pg_control_system()),
CASE WHEN pg_is_in_recovery() THEN (
    SELECT greatest(last.timeline_id, now.min_recovery_end_timeline)
    FROM pg_control_checkpoint() last, pg_control_recovery() now
) ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END
"""


def _measure() -> Standing:
    """No lag once it has replayed what the database had written when we asked. Where it has
    not, the age of the last thing replayed, which is the lag at most."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT pg_current_wal_lsn(), {_PAST}")
        written, *past = cursor.fetchone()
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {_PAST}")
        if list(cursor.fetchone()) != past:
            if not (_known and _known[-1][1].strayed):
                log.error("replica_strayed")  # once, not every two seconds
            return Standing(None, strayed=True)
        return Standing(_lag(cursor, written))


def _lag(cursor: CursorWrapper, written: str) -> float:
    for _look in range(_LOOKS):
        cursor.execute(
            "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn,"
            " extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())",
            [written],
        )
        caught_up, age = cursor.fetchone()
        if caught_up:
            return 0.0
        time.sleep(_PAUSE)
    return float("inf") if age is None else float(age)
