"""What a backup says of itself, and whether it is still what it says."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from center.backup.errors import BackupError

FORMAT = 2
#: those of former releases, which say less
READ = {1, FORMAT}
MANIFEST, SUMS, DUMP, PAPERS = "manifest.json", "SHA256SUMS", "database.dump", "papers"
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """Counts are those of the moment ``made_at`` (UTC, ISO 8601); nobody's name is in it."""

    format: int
    made_at: str
    center: str
    versions: dict[str, str]
    #: the last migration of each app
    migrations: dict[str, str]
    #: rows of each table
    rows: dict[str, int]
    #: stored files by the fingerprint of the key that opens them
    keys: dict[str, int]
    #: a few files of each key, to try the keys on
    samples: dict[str, list[str]] = field(default_factory=dict)
    #: papers destroyed while the backup was made: their rows are in it, their files are not
    gone: list[str] = field(default_factory=list)
    #: papers the storage did not have though rows name them: not in the backup either
    lost: list[str] = field(default_factory=list)
    #: SHA-256 of ``SHA256SUMS``, which names all other files
    sums: str = ""

    def write(self, folder: Path) -> None:
        """Whole or not at all, after everything else is on the disk."""
        draft = folder / f"{MANIFEST}.new"
        draft.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")
        draft.chmod(0o600)
        flush(draft)
        draft.rename(folder / MANIFEST)
        flush(folder)


def read(folder: Path) -> Manifest:
    """Raises BackupError where there is none to read."""
    if not folder.is_dir():
        raise BackupError(f"{folder} is no folder.")
    try:
        said = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError as missing:
        raise BackupError(
            f"{folder} has no {MANIFEST}: it is no backup, or one that was cut off."
        ) from missing
    except ValueError as broken:
        raise BackupError(f"The {MANIFEST} in {folder} is damaged.") from broken
    if said.get("format") not in READ:
        raise BackupError(
            f"The backup has format {said.get('format')}; this portal reads {FORMAT}."
        )
    try:
        return Manifest(**said)
    except TypeError as broken:
        raise BackupError(f"The {MANIFEST} in {folder} is damaged.") from broken


def verify(folder: Path) -> Manifest:
    """The manifest, after reading every file it stands for. Raises BackupError."""
    manifest = read(folder)
    if not (folder / SUMS).exists() or digest(folder / SUMS) != manifest.sums:
        raise BackupError(f"{SUMS} is not the one this backup was made with.")
    for wanted, name in sums(folder):
        path = folder / name
        if not path.is_file():
            raise BackupError(f"{name} is missing from the backup.")
        if digest(path) != wanted:
            raise BackupError(f"{name} has been changed or damaged since the backup was made.")
    return manifest


def sums(folder: Path) -> Iterator[tuple[str, str]]:
    """SHA-256 and name of every file of the backup but these two lists themselves."""
    for line in (folder / SUMS).read_text("utf-8").splitlines():
        wanted, _space, name = line.partition("  ")
        yield wanted, name


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def flush(path: Path) -> None:
    """Have the disk hold what was written, file or folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
