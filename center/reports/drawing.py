"""Has charts drawn by a process of its own (``drawer``), one at a time.

The library that draws runs a JavaScript engine and lets no other thread of its process go on
meanwhile: in a web server four people would wait for one picture. It keeps memory, and could end
its process for lack of it. So there is one such process for each of ours that draws, started
when it is needed, gone two minutes later, and stepping back where pages want the processor.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings

from center.heavy import NotNowError, TooMuchAtOnceError
from center.reports import fonts

#: seconds for one drawing, start included, and for one's turn: of who looks at a page …
SOON = 60
#: … and of a file: where pages want the processor, a start alone may take a minute
PATIENCE = 300
_COMMAND = [sys.executable, "-E", "-s", "-P", "-B", str(Path(__file__).with_name("drawer.py"))]
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": os.defpath, "MALLOC_ARENA_MAX": "2"}
_log = structlog.get_logger(__name__)


class DrawingError(NotNowError):
    """Nothing was drawn."""


class Drawer:
    """The process, and whose turn it is."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, **task: object) -> str:
        """The answer to a task of ``drawer``. Raises DrawingError where it takes too long or its
        process ends, TooMuchAtOnceError where others take too long."""
        return self._in_turn(task, PATIENCE)

    def ask_soon(self, **task: object) -> str:
        """``ask`` for a page."""
        return self._in_turn(task, SOON)

    def rest(self) -> None:
        """End the process, once it is nobody's turn; the next task starts another one."""
        with self._turn:
            self._end()

    def _in_turn(self, task: dict[str, object], patience: float) -> str:
        if not self._turn.acquire(timeout=patience):
            raise TooMuchAtOnceError
        try:
            return self._answer(json.dumps(task).encode() + b"\n", patience)
        finally:
            self._turn.release()

    def _answer(self, line: bytes, patience: float) -> str:
        is_fresh = self._process is None
        try:
            return self._asked(line, time.monotonic() + patience)
        except OSError as error:
            self._end()
            if isinstance(error, BrokenPipeError) and not is_fresh:
                # it had gone for lack of work, or after its last one
                return self._answer(line, patience)
            _log.warning("drawing_failed", error=repr(error))
            raise DrawingError from error
        except BaseException:  # whatever it is: the next one must not read this one's answer
            self._end()
            raise

    def _asked(self, line: bytes, deadline: float) -> str:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        _write(process.stdin, line, deadline)
        return str(json.loads(_line(process.stdout, deadline)))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  (our own command)
                [*_COMMAND, str(fonts.FOLDER), fonts.FAMILY],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd=settings.BASE_DIR,
                env=_ENVIRONMENT,
            )
            assert self._process.stdin is not None
            os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _write(stream: IO[bytes], line: bytes, deadline: float) -> None:
    """Raises TimeoutError, and BrokenPipeError where the other end is gone."""
    left = memoryview(line)
    while left:
        _wait(stream, selectors.EVENT_WRITE, deadline)
        left = left[os.write(stream.fileno(), left) :]


def _line(stream: IO[bytes], deadline: float) -> bytes:
    """Raises TimeoutError, and BrokenPipeError where the other end is gone."""
    got = b""
    while not got.endswith(b"\n"):
        _wait(stream, selectors.EVENT_READ, deadline)
        chunk = os.read(stream.fileno(), 65536)
        if not chunk:
            raise BrokenPipeError("its process ended")
        got += chunk
    return got


def _wait(stream: IO[bytes], event: int, deadline: float) -> None:
    """By ``poll``, which ``select`` is not: it takes descriptors of any number."""
    left = deadline - time.monotonic()
    with selectors.PollSelector() as ready:
        ready.register(stream, event)
        if left <= 0 or not ready.select(left):
            raise TimeoutError("it took too long")


#: of this process; one that is forked from it begins with none
_own = Drawer()


def drawer() -> Drawer:
    """This process's own."""
    return _own


def _forget() -> None:
    global _own
    _own = Drawer()


os.register_at_fork(after_in_child=_forget)
