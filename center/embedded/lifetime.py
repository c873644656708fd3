"""Who uses the servers, and who switches off the light.

Every process that uses them holds a shared lock on ``var/servers.users``. At its end it lets
go and asks for the lock alone: whoever gets it was the last and stops the servers. Locks
belong to the kernel, so a killed process leaves no stale count behind; servers orphaned by
killing everybody are joined by the next user and stopped at its end.
"""

import atexit
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from center.embedded.errors import EmbeddedServerError

# The folder whose lock this process holds, by process: a fork inherits the dictionary and
# even the lock's file, but must neither count as a user nor let go for its parent.
_held: dict[tuple[int, Path], int] = {}


@contextmanager
def starting(var: Path) -> Iterator[None]:
    """Only one process at a time looks whether the servers run and starts them."""
    descriptor = _open(var, "servers.start")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def hold(var: Path, *, at_end: Callable[[Path], None]) -> None:
    """Count this process as a user until it ends; then, if it was the last, call ``at_end``."""
    if (os.getpid(), var) in _held:
        return
    descriptor = _open(var, "servers.users")
    fcntl.flock(descriptor, fcntl.LOCK_SH)  # waits while the last user is stopping them
    _held[os.getpid(), var] = descriptor
    _end_through_atexit()
    atexit.register(_leave, os.getpid(), var, at_end)


def _leave(process: int, var: Path, at_end: Callable[[Path], None]) -> None:
    if os.getpid() != process:
        return  # a fork that ends is no user
    descriptor = _held.pop((process, var))
    if threading.current_thread() is threading.main_thread():
        # An impatient second Ctrl-C would leave the servers half stopped.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
    try:
        # Letting go first matters: of two that end together, the second one gets it.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            at_end(var)
    finally:
        os.close(descriptor)


def _open(var: Path, name: str) -> int:
    """Open a lock file; Python closes the descriptor in every program it starts."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        return os.open(var / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as refused:
        raise EmbeddedServerError(
            f"The folder {var} cannot be used ({refused.strerror}): run this as the user who"
            " made it, or delete it."
        ) from refused


def _end_through_atexit() -> None:
    """A terminated process says goodbye, too, unless it deals with the signal itself."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
