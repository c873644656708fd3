"""Keeps the stack's programs running: what ends by itself is started again, at once at first
and then ever more slowly; what is to be renewed is started beside the old one first."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from center.supervisor import end_with_parent, ignore_signals

# A program that ran for so long is started again at once; one that ended sooner waits.
STEADY_SECONDS = 10
LONGEST_PAUSE = 10.0


class StackError(Exception):
    """The message says which program is in trouble, with its last words."""


@dataclass(frozen=True)
class Spec:
    """How a program is run. ``ready`` gets what ``open_up`` gave, asked until it is true."""

    name: str
    command: Callable[[Any], Sequence[str | Path]]
    log: Path
    environment: Mapping[str, str]
    port: int | None = None
    ready: Callable[[Any], bool] = lambda opened: True
    #: made anew for each start, such as the socket a web server is asked on
    open_up: Callable[[], Any] = lambda: None
    #: descriptors the program inherits
    descriptors: Callable[[Any], Sequence[int]] = lambda opened: ()
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15
    #: how far it steps back where others want the processor (nice)
    behind: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)


class Program:
    """One run of a spec."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.opened = spec.open_up()
        self.started = time.time()
        spec.log.parent.mkdir(parents=True, exist_ok=True)
        with spec.log.open("ab") as output:
            self.process = subprocess.Popen(
                spec.command(self.opened),
                env=spec.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent(spec.behind),
                pass_fds=spec.descriptors(self.opened),
                **spec.options,
            )

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def is_ready(self) -> bool:
        return not self.ended and self.spec.ready(self.opened)

    def wait_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.is_ready:
            if self.ended or time.monotonic() > deadline:
                what = "ended" if self.ended else "does not answer"
                raise StackError(f"{self.spec.name} {what}; its last words:\n{self._last_words()}")
            time.sleep(0.05)

    def ask_to_end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(self.spec.stop_signal)

    def end(self) -> None:
        """Wait until it is gone; what it leaves behind or will not end is killed."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(self.spec.stop_seconds)
        self.sweep()
        self.process.wait()

    def sweep(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _last_words(self) -> str:
        lines = self.spec.log.read_text("utf-8", "replace").splitlines()
        return "\n".join(lines[-15:])


class Keeper:
    """A context; leaving it ends all programs, those started last first."""

    def __init__(self, state_file: Path, say: Callable[[str], None]) -> None:
        self._state_file = state_file
        self._say = say
        self._running: dict[str, Program] = {}
        self._together: list[list[str]] = []
        self._restarts: dict[str, int] = {}
        self._again_at: dict[str, float] = {}
        self._hasty: dict[str, int] = {}
        self.facts: dict[str, Any] = {}

    def start(self, *specs: Spec, seconds: float = 180) -> None:
        """Returns when all are ready; raises StackError if one does not become so in time."""
        started = {spec.name: Program(spec) for spec in specs}
        self._running |= started
        self._together.append(list(started))
        for name, program in started.items():
            program.wait_ready(seconds)
            self._say(f"{name:<11} runs  (pid {program.process.pid})")
        self.write_state()

    def stop(self, name: str) -> None:
        program = self._running.pop(name)
        program.ask_to_end()
        program.end()
        self.write_state()

    def signal(self, name: str, number: signal.Signals) -> None:
        self._running[name].process.send_signal(number)

    def renew(self, name: str, seconds: float = 180) -> None:
        """Put a new run in place of the old one, which ends only when the new one is ready.

        Raises StackError, and leaves the old one running, if the new one does not become so.
        """
        old = self._running[name]
        new = Program(old.spec)
        try:
            new.wait_ready(seconds)
        except StackError:
            new.ask_to_end()
            new.end()
            raise
        self._running[name] = new
        self.write_state()
        old.ask_to_end()
        old.end()
        self._say(f"{name:<11} renewed  (pid {new.process.pid})")

    def look(self) -> None:
        """Start again whatever ended by itself; never waits."""
        changed = False
        for name, program in list(self._running.items()):
            if not program.ended:
                continue
            if name not in self._again_at:
                program.sweep()
                hasty = time.time() - program.started < STEADY_SECONDS
                self._hasty[name] = self._hasty.get(name, 0) + 1 if hasty else 0
                pause = min(LONGEST_PAUSE, 0.25 * 2 ** self._hasty[name]) if hasty else 0.0
                self._again_at[name] = time.monotonic() + pause
                self._say(f"{name:<11} ended  (code {program.process.returncode})")
                changed = True
            if time.monotonic() >= self._again_at[name]:
                del self._again_at[name]
                self._restarts[name] = self._restarts.get(name, 0) + 1
                self._running[name] = Program(program.spec)
                pid = self._running[name].process.pid
                self._say(f"{name:<11} started again  (pid {pid})")
                changed = True
        if changed:
            self.write_state()

    def write_state(self) -> None:
        """Who runs under which number: for people, tests of faults and ``stack status``."""
        programs = {
            name: {
                "pid": program.process.pid,
                "port": program.spec.port,
                "running": not program.ended,
                "restarts": self._restarts.get(name, 0),
                "since": round(program.started, 3),
            }
            for name, program in self._running.items()
        }
        text = json.dumps({"pid": os.getpid(), **self.facts, "programs": programs}, indent=1)
        draft = self._state_file.with_suffix(".new")
        draft.write_text(text)
        draft.replace(self._state_file)

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, *reason: object) -> None:
        ignore_signals()  # an impatient second Ctrl-C would leave programs behind
        for names in reversed(self._together):
            ending = [self._running.pop(name) for name in names if name in self._running]
            for program in ending:
                program.ask_to_end()
            for program in ending:
                program.end()
        self._state_file.unlink(missing_ok=True)
