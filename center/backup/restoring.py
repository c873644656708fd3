"""Restoring a backup: everything is looked at before anything is written."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import connections
from django.db.migrations.loader import MigrationLoader

from center.backup import database, manifest, papers
from center.backup.database import Database
from center.backup.errors import BackupError
from center.backup.manifest import DUMP, PAPERS, Manifest

_SCHEMA = """\
SET lock_timeout = '10s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""
_CHUNK = 1024 * 1024
#: known to servers from version 17 on; older ones refuse it
_NEWER_SETTING = b"SET transaction_timeout = 0;\n"


@dataclass(frozen=True)
class Restored:
    """What was done; ``pending`` says that the portal's migrations are newer."""

    manifest: Manifest
    papers: int
    opened: int
    replaced: int
    pending: bool


def restore(folder: Path, *, replace: bool = False, without_keys: bool = False) -> Restored:
    """Bring back the database and the papers of a backup.

    ``replace`` lets it take the place of a database that has tables; ``without_keys`` brings
    back papers that PAPERS_KEYS cannot open. The database changes in one transaction, last.
    Raises BackupError before anything is written where the backup is not whole, is newer than
    this portal, or would replace something.
    """
    found = manifest.verify(folder)
    pending = _compare_migrations(found)
    with database.opened() as current:
        tables = current.tables()
        if tables and not replace:
            raise BackupError(
                f"The database {current.name} has {len(tables)} tables. Restore into an empty"
                " one, or say --replace to destroy what is in it."
            )
    opened = 0 if without_keys else papers.check_keys(found.samples, folder / PAPERS)
    written = papers.put_back(folder)
    connections.close_all()  # ours would stand in the way
    with database.opened() as current:
        _load(current, folder / DUMP)
        _compare_rows(current, found)
    return Restored(found, written, opened, len(tables), pending)


def _compare_migrations(found: Manifest) -> bool:
    """Whether this portal has migrations the backup has not. Raises BackupError if the backup
    has one this portal does not know: it would not understand its tables."""
    known = MigrationLoader(None).disk_migrations
    unknown = [key for key in found.migrations.items() if key not in known]
    if unknown:
        app, name = unknown[0]
        raise BackupError(
            f"The backup was made by a newer portal: this one does not know {app} {name}."
            " Install that version, restore, and go on from there."
        )
    last = {app: max(name for a, name in known if a == app) for app, _name in known}
    return any(found.migrations.get(app) != name for app, name in last.items())


def _load(current: Database, dump: Path) -> None:
    """In one transaction: what was there stays until all of the backup is there."""
    reading = current.program("pg_restore", "--no-owner", "--no-privileges", "--file=-")[:-1]
    writing = current.program(
        "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"
    )
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603  (PostgreSQL's own programs)
            [*reading, str(dump)], stdout=subprocess.PIPE, stderr=said, env=current.environment
        ) as source,
        subprocess.Popen(  # noqa: S603  (as above)
            writing,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=current.environment,
        ) as target,
    ):
        assert source.stdout
        assert target.stdin
        try:
            _pass_on(source.stdout, target.stdin, older=current.major < 17)
        except BrokenPipeError:  # psql has ended and has said why
            source.kill()
        if source.wait():
            target.kill()  # before the end of its input, which would have it commit
        with suppress(BrokenPipeError):
            target.stdin.close()
        if target.wait() or source.returncode:
            said.seek(0)
            raise BackupError(database.failure(writing, said.read()))


def _pass_on(source: IO[bytes], target: IO[bytes], *, older: bool) -> None:
    target.write(_SCHEMA.encode())
    first = source.read(_CHUNK)
    target.write(first.replace(_NEWER_SETTING, b"", 1) if older else first)
    shutil.copyfileobj(source, target, _CHUNK)


def _compare_rows(current: Database, found: Manifest) -> None:
    now = {table: current.count(table) for table in current.tables()}
    if now != found.rows:
        differing = sorted(set(now.items()) ^ set(found.rows.items()))
        raise BackupError(f"The restored database differs from the manifest: {differing[:5]}.")
