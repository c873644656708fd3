"""The portal as visitors meet it: a database of its own, demo data, a real web server."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings

from center.embedded.machine import free_port
from center.supervisor import Supervisor, answers

ROOT = Path(__file__).resolve().parents[2]
#: at the same time, each in a process of its own; the demo's messages are in Korean
_PREPARE = [["compile_catalogues", "load_demo"], ["collectstatic"]]
_HALVES = ("ID", "SECRET")
_MANAGE = """
import sys, django
django.setup()
from django.core.management import call_command
for command in sys.argv[1:]:
    call_command(command, verbosity=0, **({"interactive": False} if "static" in command else {}))
"""


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

    def value(self, statement: str, *values: object) -> Any:
        """The first field of the first row; there must be one."""
        return self.row(statement, *values)[0]

    def row(self, statement: str, *values: object) -> tuple[Any, ...]:
        """The first one; there must be one."""
        with (
            contextlib.closing(psycopg2.connect(self.database_url)) as session,
            session.cursor() as cursor,
        ):
            cursor.execute(statement, values)
            row = cursor.fetchone()
        assert row is not None, "the demo has no such row"
        return tuple(row)


@contextlib.contextmanager
def running_site(folder: Path, *, prepared: Path) -> Iterator[Site]:
    """A portal with fresh demo data; everything of it is gone afterwards.

    The data is loaded once for all processes of a run, which share the folder ``prepared``:
    each has a copy of its own.
    """
    with _copy_of_the_demo(prepared) as address, _signals_kept(), Supervisor() as supervisor:
        port = _serve(supervisor, folder / "gunicorn.log", _environment(address, prepared))
        yield Site(f"http://127.0.0.1:{port}", address)


def _environment(address: str, prepared: Path) -> dict[str, str]:
    own = {"DATABASE_URL": address, "ENVIRONMENT": "demo", "STATIC_ROOT": str(prepared / "static")}
    # Offered on the pages, though nobody answers there.
    keys = {f"{name}_CLIENT_{half}": "none" for name in ("KAKAO", "NAVER") for half in _HALVES}
    return os.environ | own | keys


@contextlib.contextmanager
def _copy_of_the_demo(prepared: Path) -> Iterator[str]:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
    template, name = f"journeys_{run}", f"journeys_{run}_{os.getpid()}"
    made_here = False
    with (prepared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (prepared / "demo.loaded").exists():
            made_here = True
            _load(template, prepared)
        _on_the_server(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _address(name)
    finally:
        _on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        if made_here:
            _forget(template, prepared)


def _load(template: str, prepared: Path) -> None:
    _on_the_server(f"DROP DATABASE IF EXISTS {template} WITH (FORCE)")
    migrated = settings.DATABASES["default"]["TEST"]["TEMPLATE"]
    _on_the_server(f"CREATE DATABASE {template} TEMPLATE {migrated}")
    environment = _environment(_address(template), prepared)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda commands: _manage(commands, environment), _PREPARE))
    (prepared / "demo.loaded").touch()


def _forget(template: str, prepared: Path) -> None:
    """A process that only begins now loads the demo anew."""
    with (prepared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (prepared / "demo.loaded").unlink()
        _on_the_server(f"DROP DATABASE IF EXISTS {template} WITH (FORCE)")


def _address(name: str) -> str:
    return urlunsplit(urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}"))


def _on_the_server(statement: str) -> None:
    with contextlib.closing(psycopg2.connect(settings.DATABASE_URL)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)


def _manage(commands: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MANAGE, *commands],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "center.settings"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{commands}:\n{done.stdout}{done.stderr}"


def _serve(supervisor: Supervisor, log: Path, environment: dict[str, str]) -> int:
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--chdir", str(ROOT), "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "2"),
        "--preload",  # the portal is imported once for both
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
