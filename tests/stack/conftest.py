"""One stack for all tests here: ``manage.py stack`` in a folder of its own."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, connections

from center import replica
from center.embedded import postgres
from center.stack import database
from center.stack.plan import CLUSTERS, Plan
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 600


@dataclass
class RunningStack:
    plan: Plan
    process: subprocess.Popen[bytes]

    @property
    def state(self) -> dict[str, Any]:
        """What is in its file; empty once there is none."""
        try:
            found: dict[str, Any] = json.loads(self.plan.state_file.read_text())
        except FileNotFoundError:
            return {}
        return found

    @property
    def said(self) -> str:
        """Its last words."""
        return (self.plan.var.parent / "said.log").read_text("utf-8", "replace")[-3000:]

    @property
    def pids(self) -> dict[str, int]:
        return {name: program["pid"] for name, program in self.state["programs"].items()}

    def restarts(self, name: str) -> int:
        return int(self.state["programs"][name]["restarts"])

    def order(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert self.process.poll() is None, f"the stack ended, waiting for {what}:\n{self.said}"
            assert time.monotonic() < deadline, f"waited too long for {what}"
            time.sleep(0.05)

    def session(self, server: str, name: str = "center") -> Any:
        session = psycopg2.connect(self.plan.database_url(server, name))
        session.autocommit = True
        return session


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Up, with an empty house; ended at the latest after the last test. One for each file: the
    last test of ``test_stack`` ends its own, and files come in any order."""
    with run_stack(tmp_path_factory.mktemp("var")) as running:
        yield running


@contextlib.contextmanager
def run_stack(var: Path, **variables: str) -> Iterator[RunningStack]:
    """One that lies in the folder ``var``, with more ``variables`` for the portal's programs."""
    plan = Plan(var / "stack", _free_ports())
    plan.var.mkdir()
    _carry_over_migrations(plan)
    names = {"DATABASE_URL", "REDIS_URL", "CENTER_EMBEDDED", "DATABASE_REPLICA_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in names}
    environment |= {"VAR_DIR": str(var), "PORT": str(plan.port), "WEB_CONCURRENCY": "1"}
    environment |= {"STATIC_ROOT": str(settings.STATIC_ROOT)}  # collecting takes a while
    command = [sys.executable, "manage.py", "stack", "--empty"]
    with (var / "said.log").open("wb") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment | variables, stdout=said, stderr=subprocess.STDOUT
        )
    running = RunningStack(plan, process)
    try:
        running.wait(lambda: bool(running.state.get("up")), "the stack")
        yield running
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)
        for name in CLUSTERS:  # which may lie where PostgreSQL's user gets to
            postgres.remove(plan.var / name)


@pytest.fixture
def in_stack(stack: RunningStack, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), working_in(stack):
        yield


@contextlib.contextmanager
def working_in(stack: RunningStack) -> Iterator[None]:
    """This process reads and writes the stack's database through its PgBouncer, as its web
    servers do, and its replica."""
    mine, theirs = connection.settings_dict, urlsplit(stack.plan.database_url("pgbouncer"))
    before, known = dict(mine), connections.databases["default"]
    where = {
        "NAME": "center",
        "USER": theirs.username,
        "PASSWORD": theirs.password,
        "HOST": theirs.hostname,
        "PORT": str(theirs.port),
    }
    connections.close_all()
    mine |= where
    connections.databases["default"] = known | where
    copied = copy.deepcopy(known) | where | {"NAME": "center_replica"}
    connections.databases[replica.ALIAS] = copied
    try:
        yield
    finally:
        connections.close_all()
        mine |= before
        connections.databases["default"] = known
        del connections.databases[replica.ALIAS]
        with contextlib.suppress(AttributeError):
            del connections[replica.ALIAS]
        replica.forget()


@pytest.fixture
def house(in_stack: None) -> None:
    open_house()


def open_house() -> None:
    from bookings.models import OpeningHours

    if not OpeningHours.objects.exists():
        factories.open_house()


def _free_ports() -> int:
    """The first of eight in a row that nobody uses now, below those given out by the kernel."""
    for first in range(20_000, 32_000, 8):
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in range(first, first + 8):
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return first
    raise AssertionError("no eight free ports in a row")


def _carry_over_migrations(plan: Plan) -> None:
    """Put the tests' migrated database into the stack's primary before it starts: running all
    migrations once more would take as long as all tests here."""
    one = database.cluster(plan, plan.primary)
    database.prepare_primary(one)
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(
        [str(word) for word in one.command], **options, **one.account.popen_options
    )
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not one.answers():
            assert running.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        load_migrated(one.programs, plan.database_url(plan.primary))
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(PATIENCE_SECONDS)


def load_migrated(programs: Path, target: str) -> None:
    """Put the tests' migrated database into the empty one at the address ``target``, by the
    PostgreSQL ``programs`` in that folder."""
    server = settings.DATABASE_URL
    copied = f"stack_{os.getpid()}"
    migrated = settings.DATABASES["default"]["TEST"]["TEMPLATE"]
    try:
        _on(server, f"DROP DATABASE IF EXISTS {copied} WITH (FORCE)")
        _on(server, f"CREATE DATABASE {copied} TEMPLATE {migrated}")
        address = urlunsplit(urlsplit(server)._replace(path=f"/{copied}"))
        with subprocess.Popen(
            [programs / "pg_dump", "--no-owner", address], stdout=subprocess.PIPE
        ) as dump:
            command = [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", target]
            loaded = subprocess.run(
                command, stdin=dump.stdout, stdout=subprocess.DEVNULL, check=False
            )
        assert (dump.returncode, loaded.returncode) == (0, 0)
    finally:
        _on(server, f"DROP DATABASE IF EXISTS {copied} WITH (FORCE)")


def _on(server: str, statement: str) -> None:
    with contextlib.closing(psycopg2.connect(server)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)
