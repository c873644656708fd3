"""Static files of several releases side by side, while an update rolls."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import CommandError, call_command

from center.storage import HouseStaticFilesStorage

PLAIN = "css/house.css"
#: what the two releases call it
FIRST, SECOND = "css/house.0123456789ab.css", "css/house.ba9876543210.css"


def collected(root: Path, hashed: str) -> HouseStaticFilesStorage:
    """The collected files of a release, as its image has them."""
    (root / "css").mkdir(parents=True)
    for name in (PLAIN, hashed, f"{hashed}.br"):
        (root / name).write_text(f"{name} of {root.name}")
    manifest = {"version": "1.1", "hash": "", "paths": {PLAIN: hashed}}
    (root / "staticfiles.json").write_text(json.dumps(manifest))
    return HouseStaticFilesStorage(location=root, base_url="/static/")


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_publish_when_a_release_follows_then_both_are_there_and_none_overwritten(tmp_path):
    folder = tmp_path / "published"
    assert collected(tmp_path / "old", FIRST).publish(folder) == 2
    assert collected(tmp_path / "new", SECOND).publish(folder) == 2
    assert collected(tmp_path / "again", FIRST).publish(folder) == 0
    # What has no hash in its name could be of any release, and no page names it.
    assert files_in(folder) == {FIRST, f"{FIRST}.br", SECOND, f"{SECOND}.br"}
    assert (folder / FIRST).read_text() == f"{FIRST} of old"


def test_publish_when_another_is_at_it_then_its_draft_is_left_alone(tmp_path):
    draft = tmp_path / "published" / f"{FIRST}.new"
    draft.parent.mkdir(parents=True)
    draft.write_text("half")
    assert collected(tmp_path / "old", FIRST).publish(tmp_path / "published") == 2
    assert draft.read_text() == "half"
    drafts = {name for name in files_in(tmp_path / "published") if name.endswith(".new")}
    assert drafts == {f"{FIRST}.new"}  # its own are gone


def test_publish_when_files_have_no_hashes_then_said(tmp_path):
    with pytest.raises(CommandError, match="no content hashes"):
        call_command("publish_static", tmp_path)


def test_collect_when_only_an_imported_sheet_has_changed_then_pages_get_it(tmp_path, settings):
    source = tmp_path / "source" / "css"
    source.mkdir(parents=True)
    (source / "house.css").write_text('@import url("site.css");\n')
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [source.parent]
    settings.STATIC_ROOT = tmp_path / "root"
    ours = {"BACKEND": "center.storage.HouseStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": ours}
    served = []
    for color in ("red", "blue"):
        (source / "site.css").write_text(f"a {{ color: {color}; }}\n")
        later = time.time() + 60 * len(served)  # than what was collected the last time
        os.utime(source / "site.css", (later, later))
        call_command("collectstatic", interactive=False, verbosity=0)
        served.append(staticfiles_storage.url(PLAIN))
        sheet = tmp_path / "root" / served[-1].removeprefix("/static/")
        assert sheet.read_text() == f"a {{ color: {color}; }}\n\n"
    assert served[0] != served[1]
