"""Making a backup: one moment of the database, and the papers its rows name."""

from __future__ import annotations

import datetime as dt
import platform
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings

from center import clock
from center.backup import database, manifest, papers
from center.backup.database import Database
from center.backup.errors import BackupError
from center.backup.manifest import DUMP, FORMAT, PAPERS, SUMS, Manifest
from center.backup.papers import Stored


@dataclass(frozen=True)
class Made:
    """What was written: the manifest, bytes in all, papers opened; ``trouble`` says what is
    wrong with the keys of a backup that is whole for all that."""

    manifest: Manifest
    bytes: int
    opened: int
    trouble: str = ""


def make(folder: Path) -> Made:
    """Write a backup into ``folder``, which must be empty or not there yet.

    Safe while the portal is in use. Raises BackupError, and leaves what it has written without
    a manifest, so that nobody takes it for a backup.
    """
    _claim(folder)
    with database.opened() as current:
        snapshot = current.snapshot()
        described, stored = _describe(current), papers.named(current)
        _dump(current, snapshot, folder / DUMP)
    missing = papers.copy(stored, folder / PAPERS)
    gone = _explained(missing)
    kept = [file for file in stored if file not in set(missing)]
    samples = papers.samples(kept)
    size = _list_sums(folder)
    found = {
        "keys": papers.by_key(kept),
        "samples": samples,
        "gone": gone,
        "sums": manifest.digest(folder / SUMS),
    }
    whole = Manifest(**vars(described) | found)
    whole.write(folder)
    _remember(whole)
    try:
        return Made(whole, size, papers.check_keys(samples, folder / PAPERS))
    except BackupError as trouble:
        return Made(whole, size, 0, str(trouble))


def last_made() -> dt.datetime | None:
    """When the last backup of this installation was whole."""
    try:
        return dt.datetime.fromisoformat(_memory().read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _memory() -> Path:
    return Path(settings.VAR_DIR) / "last-backup"


def _remember(made: Manifest) -> None:
    """For the metrics: a backup nobody makes any more is noticed by its age."""
    _memory().parent.mkdir(parents=True, exist_ok=True)
    _memory().write_text(made.made_at, "utf-8")


def _dump(current: Database, snapshot: str, target: Path) -> None:
    command = current.program(
        "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}"
    )
    database.run(command, current.environment)


def _claim(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty: name a folder of its own for each backup.")


def _describe(current: Database) -> Manifest:
    migrations = current.rows("SELECT app, max(name) FROM django_migrations GROUP BY app")
    return Manifest(
        format=FORMAT,
        made_at=clock.now().isoformat(timespec="seconds"),
        center=settings.CENTER_NAME,
        versions={
            "postgresql": current.version,
            "django": django.get_version(),
            "python": platform.python_version(),
        },
        migrations=dict(sorted(migrations)),
        rows={table: current.count(table) for table in current.tables()},
        keys={},
    )


def _explained(missing: list[Stored]) -> list[str]:
    """Names of papers destroyed since the snapshot, as their rows say now.

    Raises BackupError where a row still names the file, which is then lost, or names another
    one since its key was changed: the backup would have the row and not the file.
    """
    if not missing:
        return []
    with database.opened() as current:
        now = {file.row: file.name for file in papers.named(current)}
    for file in missing:
        if now.get(file.row) == file.name:
            raise BackupError(f"The paper {file.name} is not in the storage.")
        if file.row in now:
            raise BackupError("Papers changed meanwhile: make the backup after rotate_paper_keys.")
    return sorted(file.name for file in missing)


def _list_sums(folder: Path) -> int:
    """Write ``SHA256SUMS`` over everything in the folder, on the disk; returns all bytes."""
    size = 0
    with (folder / SUMS).open("w", encoding="utf-8") as listed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.name != SUMS:
                path.chmod(0o600)
                manifest.flush(path)
                size += path.stat().st_size
                listed.write(f"{manifest.digest(path)}  {path.relative_to(folder)}\n")
    (folder / SUMS).chmod(0o600)
    manifest.flush(folder / SUMS)
    return size
