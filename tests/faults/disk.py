"""The disk of the papers runs full: a disk of its own and a small one, so that it really does."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import translation

from merchants.models import DocumentPage
from merchants.papers import refusals
from tests.merchants.papers import uploads
from tests.races.clients import Account, Visitor, open_account
from tests.stack.conftest import RunningStack

SIZE = "8m"
#: as long as a page may be worked at: what is handed in is opened by a process of its own
PATIENCE_SECONDS = 75
_KIND = "small_merchant"


@dataclass(frozen=True)
class Handed:
    """What somebody is told who has handed in a paper."""

    status: int
    location: str
    text: str


class NotPossible(Exception):
    """This machine does not let us break it so; the message says why."""


@contextlib.contextmanager
def papers_disk_full(stack: RunningStack) -> Iterator[None]:
    """While it is full a paper is refused with the reason and nothing half is kept; once there
    is room again it is taken."""
    account = open_account()
    with small_disk(stack.plan.var / "papers") as folder:
        filler = folder / "filler"
        fill(filler)
        refused = hand_in(stack.plan.port, account)
        assert (refused.status, _no_room() in refused.text) == (400, True), refused
        assert files_in(folder) == [filler]
        yield
        filler.unlink()
        taken = hand_in(stack.plan.port, account)
        assert (taken.status, taken.location) == (302, "/merchants/papers/"), taken
        pages = DocumentPage.objects.filter(document__merchant=account.merchant)
        assert [path.name for path in files_in(folder)] == [
            page.stored_name.rpartition("/")[2] for page in pages
        ]


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """In memory, over the folder; what is on it in the end lies in the folder afterwards.

    Raises NotPossible where nothing can be mounted: not as root, or in a closed container.
    """
    folder.mkdir(exist_ok=True)
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(folder))
    with tempfile.TemporaryDirectory() as aside:
        try:
            yield folder
            shutil.copytree(folder, aside, dirs_exist_ok=True)
        finally:
            _run("umount", "--lazy", str(folder))
        shutil.copytree(aside, folder, dirs_exist_ok=True)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotPossible(done.stderr.strip())


def fill(file: Path) -> None:
    """To the last byte."""
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as full:
        while True:
            full.write(bytes(4096))


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def hand_in(port: int, account: Account) -> Handed:
    """One photo of a paper, as the form of its page sends it."""
    cookies = Visitor.of(account, port).cookies
    fields = {
        "csrfmiddlewaretoken": cookies["csrftoken"],
        f"{_KIND}-uploads": uploads.upload(uploads.jpeg()),
    }
    headers = {
        "Content-Type": MULTIPART_CONTENT,
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    with contextlib.closing(connection):
        body = encode_multipart(BOUNDARY, fields)
        connection.request("POST", f"/merchants/papers/{_KIND}/", body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        return Handed(answer.status, answer.headers["Location"] or "", text)


def _no_room() -> str:
    with translation.override("ko"):
        return refusals.refusal("paper_no_room", "uploads").violations[0].message
