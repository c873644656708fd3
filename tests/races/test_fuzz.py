"""Hostile requests against a running server; ``python -m tests.fuzz`` has the long form."""

from __future__ import annotations

import os
from contextlib import suppress

import psutil
import pytest

from center.permissions import MANAGER, OFFICIAL
from tests import factories
from tests.fuzz import people
from tests.fuzz.campaign import ROUND, Campaign

#: another one each day would find more, but not the same twice: SEED=… tries another
SEED = int(os.environ.get("SEED", "8"))
REQUESTS = 600


@pytest.fixture
def everybody(race_database):
    """Somebody of each role, and something of most kinds to look at."""
    merchant, program = factories.user(), factories.program()
    factories.application(program, factories.merchant(owner=merchant))
    factories.studio(units=2)
    return {
        "merchant": merchant,
        "newcomer": factories.user(),
        "staff": factories.staff(),
        "manager": factories.staff(MANAGER),
        "official": factories.staff(OFFICIAL),
        "evaluator": factories.evaluator(),
    }


def server_at(port: int) -> psutil.Process:
    """Among our children, of which one that has ended may not be reaped yet."""
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # a zombie has no command line
            if f"127.0.0.1:{port}" in process.cmdline():
                return process
    raise LookupError(port)


def test_hostile_requests_whatever_they_are_then_no_error_of_ours_and_no_hang(busy_web, everybody):
    server = server_at(busy_web.port)

    def memory() -> int:
        return sum(worker.memory_info().rss for worker in server.children())

    def workers() -> frozenset[int]:
        return frozenset(worker.pid for worker in server.children())

    campaign = Campaign(busy_web.port, SEED, lambda: people.sessions_of(everybody), memory, workers)
    campaign.run(REQUESTS)
    assert [finding.told() for finding in campaign.findings] == [], busy_web.errors()
    assert campaign.replaced == 0
    assert len(workers()) == 2
    assert campaign.growth < 100
    assert campaign.statuses[200] > REQUESTS / 10  # it gets further than the log-in
    assert campaign.statuses[302] > REQUESTS / 20


def test_a_server_that_breaks_is_found_out(serve, everybody):
    web = serve("two_workers", "tests.races.breaking:application")
    campaign = Campaign(web.port, SEED, lambda: people.sessions_of(everybody), lambda: 0)
    campaign.run(20)
    assert campaign.findings
    assert {finding.answer.status for finding in campaign.findings} == {500}


def test_a_worker_that_ends_is_found_out(serve, everybody):
    web = serve("two_workers", "tests.races.breaking:application")
    seen = iter([{1, 2}, {1, 2}, {1, 3}])
    campaign = Campaign(
        *(web.port, SEED, lambda: people.sessions_of(everybody), lambda: 0),
        workers=lambda: frozenset(next(seen)),
    )
    campaign.run(ROUND + 1)
    assert campaign.replaced == 1
