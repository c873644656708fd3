"""PgBouncer asked to end: by the signal of production, with people in the middle of something."""

from __future__ import annotations

import contextlib
import os

import psycopg2
import pytest

from center.stack import programs
from center.stack.plan import Plan
from tests.center.deployment.files import text_of
from tests.stack.conftest import RunningStack


def test_pool_when_told_to_end_in_the_middle_of_a_transaction_then_it_is_finished_first(
    stack: RunningStack,
):
    restarts = stack.restarts("pgbouncer")
    one, idle = stack.session("pgbouncer"), stack.session("pgbouncer")
    with contextlib.closing(one), contextlib.closing(idle):
        one.autocommit = False
        with one.cursor() as cursor, idle.cursor() as other:
            cursor.execute("CREATE TABLE finished_first ()")
            other.execute("SELECT 1")
            os.kill(stack.pids["pgbouncer"], _signal(stack.plan))
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
            one.commit()
            # Those who only keep a connection open do not hold it up.
            stack.wait(lambda: stack.restarts("pgbouncer") > restarts, "PgBouncer to end")
            with pytest.raises(psycopg2.OperationalError):
                other.execute("SELECT 1")
    after = stack.session(stack.plan.primary)
    with contextlib.closing(after), after.cursor() as cursor:
        cursor.execute("DROP TABLE finished_first")  # it was committed


def _signal(plan: Plan) -> int:
    """The one docker-compose.yml names, as the stack's own PgBouncer is ended."""
    number = programs.POOL_STOP
    assert f"\n    stop_signal: {number.name}\n" in text_of("docker-compose.yml")
    return number
