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
    """What was written: the manifest, bytes in all, papers opened; ``troubles`` say what is
    wrong with the portal, or the keys, of a backup that is whole for all that."""

    manifest: Manifest
    bytes: int
    opened: int
    troubles: tuple[str, ...] = ()


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
    gone, lost = _explained(missing)
    kept = [file for file in stored if file not in set(missing)]
    samples = papers.samples(kept)
    size = _list_sums(folder)
    found = {
        "keys": papers.by_key(kept),
        "samples": samples,
        "gone": gone,
        "lost": lost,
        "sums": manifest.digest(folder / SUMS),
    }
    whole = Manifest(**vars(described) | found)
    whole.write(folder)
    opened, wrong_keys = _opened(samples, folder / PAPERS)
    troubles = (_told_of(lost), _remember(whole), wrong_keys)
    return Made(whole, size, opened, tuple(filter(None, troubles)))


def _opened(samples: dict[str, list[str]], folder: Path) -> tuple[int, str]:
    try:
        return papers.check_keys(samples, folder), ""
    except BackupError as trouble:
        return 0, f"its papers do not open. {trouble}"


def _told_of(lost: list[str]) -> str:
    """A backup without what is lost is better than none, but nobody may overlook it."""
    if not lost:
        return ""
    names = ", ".join(lost[:5]) + (" …" if len(lost) > 5 else "")
    return f"the storage lacks {len(lost)} papers that rows still name: {names}."


def last_made() -> dt.datetime | None:
    """When the last backup of this installation was whole."""
    try:
        return dt.datetime.fromisoformat(_memory().read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _memory() -> Path:
    return Path(settings.VAR_DIR) / "last-backup"


def _remember(made: Manifest) -> str:
    """For the metrics: a backup nobody makes any more is noticed by its age. Returns what stood
    in the way."""
    try:
        _memory().parent.mkdir(parents=True, exist_ok=True)
        _memory().write_text(made.made_at, "utf-8")
    except OSError as error:
        return f"its time could not be noted, so that the alert BackupOld will ring: {error}."
    return ""


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


def _explained(missing: list[Stored]) -> tuple[list[str], list[str]]:
    """Names of papers destroyed since the snapshot, as their rows say now, and of those whose
    rows still name them, which are lost.

    Raises BackupError where a row names another file since its key was changed: the backup
    would have the row and not the file.
    """
    if not missing:
        return [], []
    with database.opened() as current:
        now = {file.row: file.name for file in papers.named(current)}
    if any(now.get(file.row, file.name) != file.name for file in missing):
        raise BackupError("Papers changed meanwhile: make the backup after rotate_paper_keys.")
    lost = sorted(file.name for file in missing if file.row in now)
    return sorted(file.name for file in missing if file.row not in now), lost


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
