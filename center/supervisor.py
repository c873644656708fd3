"""Runs some programs together: all of them, or none.

Every program has a session of its own, so that Ctrl-C in the terminal reaches only the
supervisor, which then ends the programs in order.
"""

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


class ProgramEnded(Exception):
    """A program ended that should not; the message says which, and its last words."""


@dataclass(frozen=True)
class Program:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])


class Supervisor:
    """A context in which programs run; leaving it ends them all, whatever the reason."""

    def __init__(self, *, stop_seconds: float = 10) -> None:
        self._stop_seconds = stop_seconds
        self._programs: list[Program] = []

    def start(
        self, name: str, command: list[str], *, log: Path, environment: Mapping[str, str]
    ) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent(),
            )
        self._programs.append(Program(name, process, log))

    def check(self) -> None:
        """Raises ProgramEnded if one of the programs is not running any more."""
        for program in self._programs:
            if (code := program.process.poll()) is not None:
                raise ProgramEnded(
                    f"The {program.name} ended by itself (code {code}); the end of"
                    f" {program.log}:\n{program.last_words()}"
                )

    def wait_until(self, ready: Callable[[], bool], *, name: str, seconds: float) -> None:
        """Wait until a program does its work; raises ProgramEnded if it never does."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                words = next(p.last_words() for p in self._programs if p.name == name)
                raise ProgramEnded(f"The {name} does not answer; its last words:\n{words}")
            time.sleep(0.1)

    def watch(self) -> None:
        """Returns never: ends by ProgramEnded or by a signal."""
        while True:
            self.check()
            time.sleep(0.5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        ignore_signals()  # an impatient second Ctrl-C would leave programs behind
        for program in self._programs:
            with suppress(ProcessLookupError):
                program.process.terminate()
        deadline = time.monotonic() + self._stop_seconds
        for program in self._programs:
            with suppress(subprocess.TimeoutExpired):
                program.process.wait(max(0.0, deadline - time.monotonic()))
        for program in self._programs:
            # The whole group, also after a tidy end: a program may have left workers.
            with suppress(ProcessLookupError):
                os.killpg(program.process.pid, signal.SIGKILL)
            program.process.wait()


def answers(port: int) -> bool:
    """Whether a web server of ours serves there; asked directly, past any proxy of the
    environment."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def exit_on_signals() -> None:
    """Let Ctrl-C, a termination and a closed terminal end this process tidily, with code 0."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _exit)


def ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _exit(number: int, frame: FrameType | None) -> None:
    ignore_signals()
    sys.exit(0)


def end_with_parent(behind: int = 0) -> Callable[[], None] | None:
    """For ``preexec_fn``: on Linux the kernel ends the program when we are killed and cannot
    do it ourselves. ``behind`` is how far it steps back for others (nice)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def request() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)
        if behind:
            os.nice(behind)
            # Where Linux shares the processor among sessions first, each program here is one.
            with suppress(OSError):
                Path("/proc/self/autogroup").write_text(str(behind))

    return request
