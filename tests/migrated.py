"""A database in which all migrations have run, to copy those of the tests from.

Running them takes half a minute, a copy less than a second. Its name tells which migrations
and which versions of libraries it was made with, so that it is never an old one. Imports
nothing of Django: it is needed before the settings are read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
_PREFIX = "migrated_"
#: one process at a time makes it
_LOCK = 7_261_894


def template(server: str) -> str:
    """The name of the migrated database on the server of that address; made if it is not there."""
    name = _PREFIX + _fingerprint()
    with _session(server) as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        if name not in (there := _made_before(cursor)):
            _make(server, name, cursor)
            for old in there:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    return name


def _fingerprint() -> str:
    sources = sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("*/*/migrations/*.py"))
    found = hashlib.sha256()
    for source in [*sources, ROOT / "requirements" / "dev.lock"]:
        found.update(source.name.encode() + b"\0" + source.read_bytes())
    return found.hexdigest()[:12]


def _made_before(cursor: Any) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{_PREFIX}%"])
    return [row[0] for row in cursor.fetchall()]


def _make(server: str, name: str, cursor: Any) -> None:
    """Under another name at first, so that a run broken off leaves nothing that looks whole."""
    unfinished = f"{_PREFIX}unfinished"
    cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{unfinished}"')
    address = urlunsplit(urlsplit(server)._replace(path=f"/{unfinished}"))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address},
        check=True,
    )
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


@contextlib.contextmanager
def _session(server: str) -> Iterator[Any]:
    with contextlib.closing(psycopg2.connect(server)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            yield cursor
