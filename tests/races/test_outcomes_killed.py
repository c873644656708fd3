"""The worker that asks what programs brought is killed before each of its statements: what it
did not end is done by the next one, and nobody is asked twice."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, connections

from center import clock
from center.notifications.models import Message
from programs import tasks
from programs.models import Application, ApplicationState, Outcome, OutcomeState
from tests import factories
from tests.conftest import NOW

BUSINESSES = 2
ENDED = clock.day_of(NOW) - 7 * clock.DAY
#: each day's work, and how the rows stand after it: state, how often asked again
DAYS = {0: ("asked", 0), 5: ("asked", 1), 10: ("asked", 2), 15: ("missing", 2)}
#: messages to each business in its inbox once all days are over
TOLD = {
    "programs.outcome_asked": 1,
    "programs.outcome_again": 2,
    "programs.satisfaction": 1,
}


@pytest.fixture
def applications() -> Iterator[list[Application]]:
    """Two businesses with a place in a program that ended a week ago."""
    with time_machine.travel(NOW, tick=False):
        program = factories.program("live_commerce", runs_from=ENDED, runs_until=ENDED)
        yield [
            factories.application(
                program,
                factories.merchant(owner=factories.user()),
                ApplicationState.COMPLETED,
            )
            for _ in range(BUSINESSES)
        ]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE notifications_message")


def work(now: dt.datetime, *, until: int | None = None) -> bool:
    """Another process does the day's work, killed before the statement of number ``until``;
    whether it came to its end."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with time_machine.travel(now, tick=False), connection.execute_wrapper(killing(until)):
                tasks.ask_what_it_brought()
            os._exit(0)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    wait_for_the_end_of_its_transaction()
    return not os.WIFSIGNALED(status)


def killing(until: int | None) -> Callable[..., Any]:
    seen = 0

    def execute(run: Callable[..., Any], *args: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == until:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(*args)

    return execute


def wait_for_the_end_of_its_transaction() -> None:
    """The server notices a moment later that nobody listens any more."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.005)
    raise AssertionError("the transaction of a killed worker has not ended")


def rows_of(applications: list[Application]) -> list[tuple[str, int]]:
    rows = Outcome.objects.filter(application__in=applications).order_by("pk")
    return list(rows.values_list("state", "chases"))


def told(applications: list[Application]) -> Counter[tuple[int, str]]:
    people = [row.merchant.memberships.get().user_id for row in applications]
    there = Message.objects.filter(channel="inbox", recipient__in=people)
    return Counter(there.values_list("recipient_id", "kind"))


def test_asking_when_the_worker_is_killed_anywhere_then_asked_once_chased_twice_then_missing(
    applications: list[Application],
) -> None:
    kills, before = 0, []
    for days, stands in DAYS.items():
        now, statement = NOW + days * clock.DAY, 1
        while not work(now, until=statement):
            # All of a step or nothing of it; its message is there exactly when it is.
            there = rows_of(applications)
            assert there in (before, [stands] * BUSINESSES)
            asked = sum(1 + chases for _state, chases in there)
            kinds = ("programs.outcome_asked", "programs.outcome_again")
            assert sum(n for (_, kind), n in told(applications).items() if kind in kinds) == asked
            statement += 1
        kills += statement - 1
        before = rows_of(applications)
        assert before == [stands] * BUSINESSES
        assert work(now)
        assert rows_of(applications) == before
    assert kills > 4 * len(DAYS)
    figures = Outcome.objects.filter(application__in=applications, state=OutcomeState.MISSING)
    assert set(figures.values_list("sales", "orders")) == {(None, None)}
    people = [row.merchant.memberships.get().user_id for row in applications]
    assert told(applications) == {(pk, kind): n for pk in people for kind, n in TOLD.items()}
