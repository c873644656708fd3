"""Where the encrypted files lie, for the storage alias ``papers``: a folder of this machine,
or a bucket (``papers.bucket``)."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, Storage


class StorageAway(OSError):
    """The storage does not answer, or does not let us in; what lies there is there still."""


class PaperStorage(Storage):
    """What a place for papers can do besides what Django asks of one."""

    def written_before(self, moment: dt.datetime) -> Iterator[str]:
        """The names of all files last written before ``moment``. Raises StorageAway."""
        raise NotImplementedError

    def look(self) -> None:
        """Whether it is there. Raises StorageAway."""

    def url(self, name: str | None) -> str:
        raise ValueError("Papers are served through a permission check, never by address.")


class PaperFiles(PaperStorage, FileSystemStorage):
    """A directory nobody else can read and no address leads to. A file is on the disk, not in
    a buffer, before its row says so: the merchant is asked for a paper once."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        saved = super().save(name, content, max_length)
        path = Path(self.path(saved))
        _sync(path)
        _sync(path.parent)
        return saved

    def written_before(self, moment: dt.datetime) -> Iterator[str]:
        with suppress(FileNotFoundError):  # nothing has ever been stored
            for folder in self.listdir("")[0]:
                for name in self.listdir(folder)[1]:
                    if self.get_modified_time(f"{folder}/{name}") < moment:
                        yield f"{folder}/{name}"


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
