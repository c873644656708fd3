"""Stored papers in a backup: as they lie in the storage, and whether our keys open them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files import File
from psycopg2 import sql

from center.backup import manifest
from center.backup.database import Database
from center.backup.errors import BackupError
from merchants.papers import keepers, store

#: papers opened for each key
SAMPLE = 20


@dataclass(frozen=True)
class Stored:
    """A file, the key it needs, and the row that names it."""

    name: str
    key_id: str
    row: str


_NAMED = "SELECT stored_name, key_id, id FROM {} WHERE stored_name IS NOT NULL ORDER BY id DESC"


def named(database: Database) -> list[Stored]:
    """Every file that a row of the database names, as the session sees it."""
    found = []
    for keeper in keepers.every():
        table = keeper.model._meta.db_table
        statement = sql.SQL(_NAMED).format(sql.Identifier(table))
        found += [Stored(n, k, f"{table} {pk}") for n, k, pk in database.rows(statement)]
    return found


def by_key(stored: Iterable[Stored]) -> dict[str, int]:
    return dict(sorted(Counter(file.key_id for file in stored).items()))


def copy(stored: Iterable[Stored], folder: Path) -> list[Stored]:
    """Copy the files, encrypted as they are; returns those that are not there (any more)."""
    gone = []
    for file in stored:
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with store.storage().open(file.name) as source:
                target.write_bytes(source.read())
        except FileNotFoundError:
            gone.append(file)
    return gone


def samples(stored: Iterable[Stored]) -> dict[str, list[str]]:
    """Some files of each key, the newest first."""
    found: dict[str, list[str]] = {}
    for file in stored:
        names = found.setdefault(file.key_id, [])
        if len(names) < SAMPLE:
            names.append(file.name)
    return dict(sorted(found.items()))


def check_keys(samples: dict[str, list[str]], folder: Path) -> int:
    """Open the papers named for each key out of the backup; returns how many were opened.

    What they say is not kept. Raises BackupError for a key that PAPERS_KEYS lacks, and for a
    paper that does not open with the key it needs.
    """
    ours = set(map(store.fingerprint, settings.PAPERS_KEYS))
    if lacking := sorted(set(samples) - ours):
        raise BackupError(
            f"PAPERS_KEYS does not hold the keys {', '.join(lacking)}, without which the papers"
            " encrypted with them cannot be opened."
        )
    for key_id, names in samples.items():
        for name in names:
            _open(name, key_id, folder)
    return sum(map(len, samples.values()))


def _open(name: str, key_id: str, folder: Path) -> None:
    try:
        store.decrypt((folder / name).read_bytes(), name=name, key_id=key_id)
    except store.PaperUnreadable as error:
        raise BackupError(f"A paper does not open: {error}.") from error


def put_back(folder: Path) -> int:
    """Bring every file of the backup into the storage; returns how many were not there yet.

    Before the database, whose rows name them: broken off, it leaves files nobody names.
    """
    files, written = store.storage(), 0
    for _sum, path in manifest.sums(folder):
        top, _slash, name = path.partition("/")
        if top != manifest.PAPERS:
            continue
        content = (folder / path).read_bytes()
        if files.exists(name):
            with files.open(name) as there:
                if there.read() == content:
                    continue
            files.delete(name)
        with (folder / path).open("rb") as source:
            saved = files.save(name, File(source))
        if saved != name:
            raise BackupError(f"The storage would not keep {name} under its name.")
        written += 1
    return written
