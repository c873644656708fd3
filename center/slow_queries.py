"""The log of slow statements: which, how long, in which request; never with what was asked for.

The server's own log of slow statements would hold the parameters, which are names and numbers
of people, and does not know the request.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from center import metrics

log = structlog.get_logger(__name__)
#: characters of a statement
_LONGEST = 800
#: what code wrote into the statement itself instead of passing it on
_LITERAL = re.compile(r"'(?:[^']|'')*'")


def watch() -> None:
    """Measure every statement from now on; nothing with SLOW_QUERY_MS at 0."""
    if settings.SLOW_QUERY_MS:
        connection_created.connect(_measure, dispatch_uid="center.slow_queries")


def _measure(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    # First and not last: whoever has put a wrapper there for a while takes the last one away,
    # and a connection is often made within such a while.
    if timed not in connection.execute_wrappers:  # it reconnects now and then
        connection.execute_wrappers.insert(0, timed)


def timed(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """A wrapper as ``connection.execute_wrapper`` takes it."""
    started = time.monotonic()
    try:
        return execute(sql, params, many, context)
    finally:
        milliseconds = (time.monotonic() - started) * 1000
        if milliseconds >= settings.SLOW_QUERY_MS:
            metrics.query_was_slow()
            log.warning("slow_query", milliseconds=round(milliseconds), statement=without_data(sql))


def without_data(sql: Any) -> str:
    """The statement with its placeholders, without the texts somebody wrote into it."""
    # Composed statements (psycopg2.sql) have no text without a connection.
    text = sql if isinstance(sql, str) else type(sql).__name__
    return _LITERAL.sub("'…'", " ".join(text.split()))[:_LONGEST]
