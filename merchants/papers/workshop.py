"""Where strangers' files are opened: a process for each, small and short-lived.

The readers of pictures and PDFs are large and written in C. In a process of its own a file
that makes one of them crash, hang or eat memory ends that process and nothing else. One that
takes it over finds no keys in its memory or environment and no right to write a file; it
still runs as our user, who may read our files and, where the system allows it, the
environment of our other processes. This is a fence against accidents and common attacks, not
the sandbox of a system user of its own. pdfium is not made for threads either. It costs about
0.2 s of starting Python for each job.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings

from center.heavy import TooMuchAtOnceError, one_of
from merchants.papers.limits import Refused

#: seconds; the process itself may compute for 20
_PATIENCE = 30
#: one at a time for each web process, so that its memory is that of one
_bench = threading.BoundedSemaphore(1)
#: one at work and one that waits: no more of a process's threads are held by what is sent
_door = threading.BoundedSemaphore(2)
#: nor by what is looked at
_window = threading.BoundedSemaphore(2)
_log = structlog.get_logger(__name__)
_COMMAND = [sys.executable, "-E", "-s", "-B", "-m", "merchants.papers"]
#: all that the process knows of ours; the second keeps the allocator from reserving in advance
_ENVIRONMENT = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}


@dataclass(frozen=True)
class Work:
    """What a job gave back: facts (its own) and the new file."""

    facts: dict[str, Any]
    content: bytes


def work(job: str, data: bytes, **arguments: object) -> Work:
    """Have ``job`` (see ``__main__``) done on ``data``.

    Raises Refused with the job's own code, with ``paper_too_heavy`` where it took too long or
    too much, and with ``paper_busy`` where the bench did not get free in time.
    """
    if not _bench.acquire(timeout=_PATIENCE):
        raise Refused("paper_busy")
    try:
        done = subprocess.run(
            [*_COMMAND, job, json.dumps(arguments)],
            input=data,
            capture_output=True,
            cwd=settings.BASE_DIR,
            env=_ENVIRONMENT,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        _log.warning("paper_work_failed", job=job, status="timeout")
        raise Refused("paper_too_heavy") from error
    finally:
        _bench.release()
    return _result(job, done)


def take_in(job: str, data: bytes, **arguments: object) -> Work:
    """``work`` for a file that was just sent: refused at once with ``paper_busy`` where another
    one waits already, or other heavy work of the process leaves no thread (``center.heavy``)."""
    with _place(_door):
        return work(job, data, **arguments)


def look_at(job: str, data: bytes, **arguments: object) -> Work:
    """``work`` for a file that is kept: refused at once like ``take_in``."""
    with _place(_window):
        return work(job, data, **arguments)


@contextmanager
def _place(entrance: threading.BoundedSemaphore) -> Iterator[None]:
    with ExitStack() as taken:
        try:
            taken.enter_context(one_of(entrance))
        except TooMuchAtOnceError as error:
            raise Refused("paper_busy") from error
        yield


def _result(job: str, done: subprocess.CompletedProcess[bytes]) -> Work:
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        _log.warning("paper_work_failed", job=job, status=done.returncode, error=last[:200])
        raise Refused("paper_too_heavy" if done.returncode < 0 else "paper_broken")
    line, _newline, content = done.stdout.partition(b"\n")
    facts = json.loads(line)
    if "refused" in facts:
        raise Refused(facts["refused"])
    return Work(facts, content)
