"""The portal as visitors meet it: a database of its own, demo data, a real web server."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings

from center.embedded.machine import free_port
from center.management.commands.demo import answers
from center.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]
_PREPARE = ["compile_catalogues", "migrate -v0", "load_demo", "collectstatic --noinput -v0"]


@dataclass(frozen=True)
class Site:
    url: str
    database_url: str

    def execute(self, statement: str, *values: object) -> int:
        """Changes rows behind the portal's back; returns how many."""
        with (
            contextlib.closing(psycopg2.connect(self.database_url)) as session,
            session,
            session.cursor() as cursor,
        ):
            cursor.execute(statement, values)
            return cursor.rowcount


@contextlib.contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """A portal with fresh demo data; everything of it is gone afterwards."""
    with _database(f"journeys_{os.getpid()}") as address:
        environment = os.environ | {
            "DATABASE_URL": address,
            "ENVIRONMENT": "demo",
            "STATIC_ROOT": str(folder / "static"),
        }
        for command in _PREPARE:
            _manage(command, environment)
        with _signals_kept(), Supervisor() as supervisor:
            port = _serve(supervisor, folder / "gunicorn.log", environment)
            yield Site(f"http://127.0.0.1:{port}", address)


@contextlib.contextmanager
def _database(name: str) -> Iterator[str]:
    _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _on_the_server(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}"))
    finally:
        _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _on_the_server(statement: str) -> None:
    with contextlib.closing(psycopg2.connect(settings.DATABASE_URL)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)


def _manage(command: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"manage.py {command}:\n{done.stdout}{done.stderr}"


def _serve(supervisor: Supervisor, log: Path, environment: dict[str, str]) -> int:
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--chdir", str(ROOT), "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "2"),
        *("--bind", f"127.0.0.1:{port}", "center.wsgi:application"),
    ]
    supervisor.start("web server", command, log=log, environment=environment)
    supervisor.wait_until(lambda: answers(port), name="web server", seconds=60)
    return port


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
