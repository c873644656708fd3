"""A database of our own with real migrations and real web servers in front of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, connections

from center.embedded.machine import free_port
from center.supervisor import Supervisor
from center.supervisor import answers as is_answering
from tests import factories
from tests.races import ledger
from tests.races.clients import Account, Answer, Visitor, open_account

ROOT = Path(__file__).resolve().parents[2]
GUARDED, UNGUARDED = "center.wsgi:application", "tests.races.unguarded:application"


@dataclass(frozen=True)
class Shape:
    """How a web server is started, and the database connections it has at least in a race."""

    options: Sequence[str]
    connections: int


@dataclass(frozen=True)
class Web:
    port: int
    shape: Shape
    log: Path

    def errors(self) -> str:
        """What it has logged of errors, for whoever wonders about an answer of 500."""
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(line for line in lines if '"exception"' in line or "Error" in line)[-8000:]


SHAPES = {
    "two_workers": Shape(["--workers", "2", "--threads", "1"], 2),
    # 64 people make 32 connections even if one of the workers gets all of them.
    "many_connections": Shape(
        ["--worker-class", "gthread", "--workers", "2", "--threads", "32"], 32
    ),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.race)


@pytest.fixture(scope="session")
def race_database(django_db_blocker: Any) -> Iterator[str]:
    """The name of a fresh migrated database with an open house in it."""
    name = f"races_{os.getpid()}"
    _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    migrated = settings.DATABASES["default"]["TEST"]["TEMPLATE"]
    _on_the_server(f"CREATE DATABASE {name} TEMPLATE {migrated}")
    try:
        with _working_in(name, django_db_blocker):
            factories.open_house()
        yield name
    finally:
        _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def _in_race_database(race_database: str, django_db_blocker: Any) -> Iterator[None]:
    """The tests of this folder read and write the database the web servers use."""
    with _working_in(race_database, django_db_blocker):
        yield
        ledger.forget_bookings()


@pytest.fixture
def environment(race_database: str) -> dict[str, str]:
    """That of a program of ours in this database."""
    return _environment(race_database, ENVIRONMENT="test")


@pytest.fixture(scope="session")
def crowd(race_database: str, django_db_blocker: Any) -> list[Account]:
    """64 people, each with a verified business of his own."""
    with _working_in(race_database, django_db_blocker):
        return [open_account() for _ in range(64)]


@pytest.fixture(scope="session")
def serve(
    race_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Web]]:
    """Call it with a shape (and an application) for a running web server."""
    logs = tmp_path_factory.mktemp("web")
    running: dict[tuple[str, str], Web] = {}
    with _signals_kept(), Supervisor() as supervisor:

        def start(shape: str, application: str = GUARDED) -> Web:
            if (shape, application) not in running:
                port = free_port()
                log = logs / f"{port}.log"
                web = running[shape, application] = Web(port, SHAPES[shape], log)
                name = f"web server {shape} {application}"
                address = f"127.0.0.1:{web.port}"
                command = [*_GUNICORN, *web.shape.options, "--bind", address, application]
                environment = _environment(race_database, ENVIRONMENT="test")
                supervisor.start(name, command, log=log, environment=environment)
                supervisor.wait_until(lambda: is_answering(web.port), name=name, seconds=60)
            return running[shape, application]

        yield start


_GUNICORN = [
    *(sys.executable, "-m", "gunicorn", "--chdir", str(ROOT)),
    *("--keep-alive", "30", "--graceful-timeout", "1", "--no-control-socket"),
    "--preload",  # the portal is imported once for all workers
]


@pytest.fixture(params=SHAPES)
def web(request: pytest.FixtureRequest, serve: Callable[..., Web]) -> Web:
    """A web server, in each shape in turn."""
    return serve(request.param)


@pytest.fixture
def busy_web(serve: Callable[..., Web]) -> Web:
    """A web server that answers many at a time."""
    return serve("many_connections")


@pytest.fixture
def unguarded_web(serve: Callable[..., Web]) -> Web:
    """The same without the locks of its services: for controls."""
    return serve("many_connections", UNGUARDED)


@pytest.fixture
def arrive() -> Iterator[Callable[..., list[Visitor]]]:
    """Call it with a web server and accounts for a visitor each; they leave at the end."""
    arrived: list[Visitor] = []

    def let_in(web: Web, *accounts: Account) -> list[Visitor]:
        now = [Visitor.of(account, web.port) for account in accounts]
        arrived.extend(now)
        return now

    yield let_in
    for visitor in arrived:
        visitor.close()


@dataclass
class Figures:
    """How long the rounds of a race took."""

    rounds: list[float] = field(default_factory=list)
    slowest: float = 0
    others: dict[str, int] = field(default_factory=dict)

    def add(self, answers: Sequence[Answer]) -> None:
        first, last = min(a.sent for a in answers), max(a.received for a in answers)
        self.rounds.append(last - first)
        self.slowest = max(self.slowest, *(answer.seconds for answer in answers))

    def note(self, **figures: int) -> None:
        self.others |= figures

    def summary(self) -> dict[str, float]:
        timed = {}
        if self.rounds:
            timed = {
                "round_median_ms": statistics.median(self.rounds) * 1000,
                "round_max_ms": max(self.rounds) * 1000,
                "slowest_answer_ms": self.slowest * 1000,
            }
        return {"rounds": len(self.rounds)} | {k: round(v) for k, v in timed.items()} | self.others


@pytest.fixture
def figures(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Iterator[Figures]:
    """Goes into the report of the tests, and as a line of JSON to the file RACE_REPORT."""
    noted = Figures()
    yield noted
    for name, value in noted.summary().items():
        record_property(name, value)
    if report := os.environ.get("RACE_REPORT"):
        with open(report, "a", encoding="utf-8") as lines:
            lines.write(json.dumps({"test": request.node.name} | noted.summary()) + "\n")


@contextlib.contextmanager
def _working_in(name: str, blocker: Any) -> Iterator[None]:
    """New connections of this process go to the database; the other tests get theirs back."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    with blocker.unblock():
        connection.settings_dict["NAME"] = connections.databases["default"]["NAME"] = name
        try:
            yield
        finally:
            connections.close_all()
            connection.settings_dict["NAME"] = connections.databases["default"]["NAME"] = before


def _environment(database: str, **variables: str) -> dict[str, str]:
    """That of a program of ours which works in the database."""
    url = urlsplit(settings.DATABASE_URL)
    query = "&".join(filter(None, (url.query, f"application_name={ledger.WEB}")))
    address = urlunsplit(url._replace(path=f"/{database}", query=query))
    return os.environ | {"DATABASE_URL": address} | variables


def _on_the_server(statement: str) -> None:
    with contextlib.closing(psycopg2.connect(settings.DATABASE_URL)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)


@contextlib.contextmanager
def _signals_kept() -> Iterator[None]:
    """The supervisor ends by ignoring signals for good; the tests go on after it."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
