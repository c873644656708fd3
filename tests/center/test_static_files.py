"""Static files of several releases side by side, while an update rolls."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
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
