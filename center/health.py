"""What readiness means: database, migrations, queue, and what the apps above add."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import redis
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from center import replica


def examine() -> dict[str, str]:
    """One answer per part: ``ok``, with a remark behind a comma at most, or what is wrong."""
    return {name: _say(examination) for name, examination in _examinations().items()}


def is_well(answer: str) -> bool:
    """Whether a part's answer leaves the portal ready; a remark alone does not stop it."""
    return answer.partition(",")[0] == "ok"


def also_examine(name: str, examination: Callable[[], str]) -> None:
    """Add a part; apps above this module bring their own when they start."""
    _of_apps[name] = examination


_of_apps: dict[str, Callable[[], str]] = {}


def _examinations() -> dict[str, Callable[[], str]]:
    own = {"database": _database, "migrations": _migrations, "broker": _broker}
    return (
        own | ({"replica": _replica} if replica.ALIAS in connections.databases else {}) | _of_apps
    )


def _say(examination: Callable[[], str]) -> str:
    try:
        return examination()
    except Exception as error:  # whatever it is, it is the answer
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    return "ok" if _migrated() else "pending"


@cache
def _known_good() -> list[bool]:
    return []


def _migrated() -> bool:
    """Asked until it is true once: a running process does not lose its migrations."""
    if not _known_good():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _known_good().append(True)
    return True


def _replica() -> str:
    """Never unready: reports do without it."""
    now = replica.standing()
    if now is not None and now.strayed:
        return "ok, of another past: reports read the database itself; make the replica anew"
    if now is None or now.lag is None:
        return "ok, away: reports read the database itself"
    used = "" if now.is_used else ": reports read the database itself"
    return f"ok, {now.lag:.0f} s behind{used}"


def _broker() -> str:
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2
    ) as client:
        client.ping()
    return "ok"
