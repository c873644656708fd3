"""An update as docs/production.md has it: a migration first, then each program of ours in turn."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

from django.db import connection, transaction

from center import updates
from tests.stack.conftest import RunningStack

#: what a release adds that its forerunner tolerates: a column of a table everybody writes, and
#: an index of another
_COLUMN = "ALTER TABLE bookings_booking {} COLUMN of_the_next_release"
_INDEX = "{} INDEX CONCURRENTLY of_the_next_release"


@contextlib.contextmanager
def updated(stack: RunningStack) -> Iterator[None]:
    with _past_the_pool(stack):
        updates.again(lambda: _in_transaction(f"{_COLUMN.format('ADD')} text"), told=print)
        _alone(f"{_INDEX.format('CREATE')} ON bookings_allocation (unit_id, id)")
    try:
        renewals = stack.state["renewals"]
        stack.order(signal.SIGUSR1)
        stack.wait(lambda: stack.state["renewals"] > renewals, "the renewal")
        yield
    finally:
        with _past_the_pool(stack):
            _alone(_INDEX.format("DROP"))
            updates.again(lambda: _in_transaction(_COLUMN.format("DROP")), told=print)


@contextlib.contextmanager
def _past_the_pool(stack: RunningStack) -> Iterator[None]:
    """Where migrations go."""
    pool = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = str(stack.plan.ports[stack.plan.primary])
    try:
        with connection.execute_wrapper(updates.brief):
            yield
    finally:
        connection.close()
        connection.settings_dict["PORT"] = pool


def _in_transaction(statement: str) -> None:
    with transaction.atomic():
        _alone(statement)


def _alone(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
