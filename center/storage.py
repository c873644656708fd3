"""Static files with content hashes, where one style sheet of imports becomes one file."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r'@import url\("([\w.-]+\.css)"\);')


class HouseStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Inlines the imports of ``css/house.css`` so that a page needs one request instead of
    eight; without it (in development) the browser follows the imports itself."""

    SHEET = "css/house.css"

    def post_process(self, paths: Any, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run and self.SHEET in paths:
            self._inline(*paths[self.SHEET])
            paths = {**paths, self.SHEET: (self, self.SHEET)}  # hash what was just written
        yield from super().post_process(paths, dry_run, **options)

    def _inline(self, source: Storage, name: str) -> None:
        """From the sheet in the sources: what was collected before has no imports any more, and
        is not collected anew where only what it imports has changed."""

        def content(match: re.Match[str]) -> str:
            with self.open(f"css/{match[1]}") as file:
                return str(file.read().decode())

        with source.open(name) as file:
            whole = _IMPORT.sub(content, file.read().decode())
        self.delete(self.SHEET)
        self._save(self.SHEET, ContentFile(whole.encode()))

    def publish(self, folder: Path) -> int:
        """Copy what pages of this release name into ``folder``, beside that of other releases,
        each file whole or not at all, also where two do so at once; returns how many were not
        there yet.

        Names carry a hash of the content, so that one that is there already is the same.
        """
        wanted = {
            f"{name}{end}" for name in self.hashed_files.values() for end in ("", ".gz", ".br")
        }
        new = [
            name for name in sorted(wanted) if self.exists(name) and not (folder / name).exists()
        ]
        for name in new:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
            try:
                shutil.copyfile(self.path(name), draft)
                draft.replace(target)
            finally:
                draft.unlink(missing_ok=True)
        return len(new)
