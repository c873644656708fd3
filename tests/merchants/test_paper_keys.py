"""Changing the key of stored papers: none is lost, whatever happens meanwhile."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from center import clock
from merchants.models import DocumentPage
from merchants.papers import keepers, store
from merchants.services import paper_keys
from tests import factories

pytestmark = pytest.mark.django_db
CONTENTS = [b"first page", b"second page", b"third page"]


@pytest.fixture
def pages(papers_root, settings) -> list[DocumentPage]:
    """Three files under a key that has just been replaced by a new one in front."""
    pages = list(factories.paper(None, *CONTENTS).files.all())
    settings.PAPERS_KEYS = [Fernet.generate_key().decode(), *settings.PAPERS_KEYS]
    return pages


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """Does a piece of work as if it were committed at once."""

    def work(function, *arguments, **options):
        with django_capture_on_commit_callbacks(execute=True):
            return function(*arguments, **options)

    return work


def stored_names(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def contents() -> list[bytes]:
    return [store.load(p.stored_name, key_id=p.key_id) for p in DocumentPage.objects.all()]


def test_rotate_when_a_new_key_stands_in_front_then_all_are_under_it(
    pages, papers_root, settings, run
):
    before = stored_names(papers_root)
    assert run(paper_keys.rotate).done == 3
    del settings.PAPERS_KEYS[1]
    assert contents() == CONTENTS
    assert stored_names(papers_root) == set(
        DocumentPage.objects.values_list("stored_name", flat=True)
    )
    assert stored_names(papers_root) & before == set()
    assert paper_keys.left_under() == {}


def test_rotate_when_run_again_then_does_nothing(pages, run):
    run(paper_keys.rotate)
    assert run(paper_keys.rotate) == paper_keys.Rotation(done=0, unreadable=[])


def test_rotate_when_a_paper_was_destroyed_then_left_alone(pages, papers_root, run):
    store.delete(pages[0].stored_name)
    DocumentPage.objects.filter(pk=pages[0].pk).update(stored_name=None)
    assert run(paper_keys.rotate) == paper_keys.Rotation(done=2, unreadable=[])
    assert len(stored_names(papers_root)) == 2


def test_rotate_when_somebody_was_faster_then_his_file_stays_and_ours_goes(pages, papers_root, run):
    (keeper,) = (each for each in keepers.every() if each.model is DocumentPage)
    stale = paper_keys._not_current(keeper).get(pk=pages[0].pk)
    run(paper_keys.rotate)
    (papers_root / stale.stored_name).write_bytes(
        store._cipher(tuple(store.settings.PAPERS_KEYS)).encrypt(
            stale.stored_name.encode() + b"\n" + CONTENTS[0]
        )
    )
    assert run(paper_keys._encrypt_anew, keeper, stale) is False
    assert contents() == CONTENTS
    assert len(stored_names(papers_root)) == 4


def test_rotate_when_a_file_cannot_be_read_then_said_and_the_others_done(pages, papers_root, run):
    damaged, lost = pages[0].stored_name, pages[2].stored_name
    (papers_root / damaged).write_bytes(b"garbage")
    (papers_root / lost).unlink()
    rotation = run(paper_keys.rotate)
    assert rotation.done == 1
    assert rotation.unreadable == [
        f"{damaged} has been changed or damaged",
        f"{lost} is not in the storage",
    ]


def test_sweep_when_files_are_without_a_paper_then_the_older_ones_go(pages, papers_root):
    old, fresh = store.save(b"nobody's"), store.save(b"somebody's in a moment")
    for name, minutes in {old.name: 61, fresh.name: 59, pages[0].stored_name: 600}.items():
        written = (clock.now() - dt.timedelta(minutes=minutes)).timestamp()
        os.utime(papers_root / name, (written, written))
    assert paper_keys.sweep_orphans() == 1
    assert stored_names(papers_root) == {fresh.name, *(page.stored_name for page in pages)}


def test_sweep_when_nothing_was_ever_stored_then_nothing_goes(papers_root):
    assert paper_keys.sweep_orphans() == 0


def test_command_when_all_is_done_then_says_that_former_keys_can_go(pages, run, capsys):
    run(call_command, "rotate_paper_keys", "--sweep-orphans")
    assert capsys.readouterr().out.splitlines() == [
        "3 papers encrypted anew.",
        "0 files without a paper deleted.",
        "Nothing is left under another key; former ones can be taken out.",
    ]


def test_command_when_a_key_is_missing_then_names_it_and_fails(pages, settings, run, capsys):
    former = pages[0].key_id
    del settings.PAPERS_KEYS[1]
    with pytest.raises(CommandError, match=f"3 under key {former}"):
        run(call_command, "rotate_paper_keys")
    assert f"needs the key {former}" in capsys.readouterr().err
