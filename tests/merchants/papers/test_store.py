"""Papers at rest: nothing to be read on the disk, nothing wrong handed out."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as configured
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from center.errors import RuleViolation
from merchants.papers import store
from merchants.papers.files import PaperFiles

CONTENT = b"\xff\xd8 the paper of a merchant \n with lines \n"


def new_key() -> str:
    return Fernet.generate_key().decode()


def path_of(root, stored):
    return root / stored.name


def test_save_when_loaded_then_the_same(papers_root):
    stored = store.save(CONTENT)
    assert store.load(stored.name, key_id=stored.key_id) == CONTENT
    assert stored.key_id == store.current_key_id()


def test_save_when_looked_at_on_the_disk_then_unreadable_and_for_nobody_else(papers_root):
    stored = store.save(CONTENT)
    path = path_of(papers_root, stored)
    assert b"merchant" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    folders = [path.parent, papers_root]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]


def test_save_when_twice_then_under_names_that_tell_nothing(papers_root):
    first, second = store.save(CONTENT), store.save(CONTENT)
    assert first.name != second.name
    assert path_of(papers_root, first).read_bytes() != path_of(papers_root, second).read_bytes()


def test_storage_when_asked_for_an_address_then_has_none():
    stored = store.save(CONTENT)
    with pytest.raises(ValueError, match="never by address"):
        store.storage().url(stored.name)


def test_load_when_the_file_is_gone_then_said(papers_root):
    stored = store.save(CONTENT)
    store.delete(stored.name)
    store.delete(stored.name)
    with pytest.raises(store.PaperLost, match=stored.name):
        store.load(stored.name, key_id=stored.key_id)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_load_when_a_byte_was_changed_then_never_garbage(papers_root, place):
    stored = store.save(CONTENT)
    path = path_of(papers_root, stored)
    changed = bytearray(path.read_bytes())
    changed[place] ^= 1
    path.write_bytes(changed)
    with pytest.raises(store.PaperUnreadable, match="changed or damaged"):
        store.load(stored.name, key_id=stored.key_id)


def test_load_when_two_files_were_exchanged_then_noticed(papers_root):
    mine, other = store.save(CONTENT), store.save(b"of another merchant")
    os.replace(path_of(papers_root, other), path_of(papers_root, mine))
    with pytest.raises(store.PaperUnreadable, match="another file"):
        store.load(mine.name, key_id=mine.key_id)


def test_load_when_the_key_is_no_longer_there_then_named(settings):
    stored = store.save(CONTENT)
    settings.PAPERS_KEYS = [new_key()]
    with pytest.raises(store.PaperUnreadable, match=stored.key_id):
        store.load(stored.name, key_id=stored.key_id)


def test_load_when_a_new_key_stands_in_front_then_both_read(settings):
    old = store.save(CONTENT)
    settings.PAPERS_KEYS = [new_key(), *settings.PAPERS_KEYS]
    new = store.save(CONTENT)
    assert new.key_id != old.key_id
    assert store.load(old.name, key_id=old.key_id) == CONTENT
    assert store.load(new.name, key_id=new.key_id) == CONTENT


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd"])
def test_load_when_the_name_leads_out_then_refused(name):
    with pytest.raises(SuspiciousFileOperation):
        store.load(name, key_id=store.current_key_id())


def test_keys_when_not_in_production_then_the_same_after_every_start():
    program = "from django.conf import settings; print(settings.PAPERS_KEYS[0])"
    found = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=configured.BASE_DIR,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "center.settings", "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for _ in range(2)
    ]
    assert found[0] == found[1] == configured.PAPERS_KEYS[0]


class FullDisk(PaperFiles):
    """Takes half of a file, then has no room."""

    errno = errno.ENOSPC

    def _save(self, name, content):
        super()._save(name, ContentFile(content.read()[:40]))
        raise OSError(self.errno, os.strerror(self.errno))


class BrokenDisk(FullDisk):
    errno = errno.EIO


def on(settings, disk):
    papers = {**settings.STORAGES["papers"], "BACKEND": f"{__name__}.{disk.__name__}"}
    settings.STORAGES = {**settings.STORAGES, "papers": papers}


def test_save_when_the_disk_is_full_then_refused_with_a_sentence_and_nothing_half_kept(
    papers_root, settings
):
    on(settings, FullDisk)
    with pytest.raises(RuleViolation) as refused:
        store.save(b"content")
    assert refused.value.codes == ("paper_no_room",)
    assert "한 시간 뒤에" in refused.value.violations[0].sentence
    assert [path for path in papers_root.rglob("*") if path.is_file()] == []


def test_save_when_the_disk_fails_otherwise_then_a_fault_of_ours_and_nothing_half_kept(
    papers_root, settings
):
    on(settings, BrokenDisk)
    with pytest.raises(OSError, match="Input/output"):
        store.save(b"content")
    assert [path for path in papers_root.rglob("*") if path.is_file()] == []
