"""Where the encrypted files lie, for the storage alias ``papers``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class PaperFiles(FileSystemStorage):
    """A directory nobody else can read and no address leads to. A file is on the disk, not in
    a buffer, before its row says so: the merchant is asked for a paper once."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        saved = super().save(name, content, max_length)
        path = Path(self.path(saved))
        _sync(path)
        _sync(path.parent)
        return saved

    def url(self, name: str | None) -> str:
        raise ValueError("Papers are served through a permission check, never by address.")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
