"""A change of key that is killed in the middle loses no paper and can go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from merchants.models import Document, DocumentPage
from merchants.papers import store
from merchants.services import paper_keys
from tests import factories
from tests.races.conftest import ROOT

PAPERS = 1000
_COMMAND = [sys.executable, "manage.py", "rotate_paper_keys"]


@pytest.fixture
def contents(papers_root: Path) -> list[bytes]:
    """A thousand stored papers, each with something else in it; gone afterwards."""
    contents = [b"paper %d " % n * 100 for n in range(PAPERS)]
    document = factories.paper(None, *contents)
    yield contents
    Document.objects.filter(pk=document.pk).delete()


def read_back() -> list[bytes]:
    pages = DocumentPage.objects.order_by("position")
    return [store.load(page.stored_name, key_id=page.key_id) for page in pages]


def test_rotation_when_killed_again_and_again_then_loses_none_and_ends(
    contents, papers_root, settings, environment
):
    settings.PAPERS_KEYS = [Fernet.generate_key().decode(), *settings.PAPERS_KEYS]
    environment |= {
        "PAPERS_KEYS": ",".join(settings.PAPERS_KEYS),
        "PAPERS_ROOT": str(papers_root),
    }
    for share in (0.9, 0.5):
        with subprocess.Popen(_COMMAND, cwd=ROOT, env=environment) as process:
            wait_until_left(int(PAPERS * share))
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert 0 < sum(paper_keys.left_under().values()) <= PAPERS * share
        assert read_back() == contents

    subprocess.run(_COMMAND, cwd=ROOT, env=environment, check=True)
    del settings.PAPERS_KEYS[1]
    assert read_back() == contents
    make_old(papers_root)
    assert paper_keys.sweep_orphans() <= 2  # at most one file too many for each kill
    assert sum(path.is_file() for path in papers_root.rglob("*")) == PAPERS
    assert read_back() == contents


def wait_until_left(number: int) -> None:
    deadline = time.monotonic() + 60
    while sum(paper_keys.left_under().values()) > number:
        assert time.monotonic() < deadline, "the change of key does not get on"
        time.sleep(0.01)


def make_old(root: Path) -> None:
    for path in root.rglob("*"):
        os.utime(path, (0, 0))
