"""What both servers need of the machine: ports, secrets, log lines and processes."""

import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from center.embedded.errors import EmbeddedServerError

# Servers started by this process: their handles must not be thrown away (and warned about)
# while they run on, and are needed to reap them.
_launched: list[subprocess.Popen[bytes]] = []


def package_dir(package: str) -> Path:
    """Where an installed package lies; not imported, as both do far more than we want."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            f"The package {package} is missing: install requirements/demo.lock, or set"
            " DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def write_private(path: Path, text: str, *, uid: int = -1, gid: int = -1) -> None:
    """Write a file nobody else can read, whole or not at all."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        os.fchown(descriptor, uid, gid)
    draft.replace(path)


def secret(path: Path, *, uid: int = -1, gid: int = -1) -> str:
    """The password in this file, made up at the first call; fit for a URL as it is."""
    if not path.exists():
        write_private(path, secrets.token_hex(24), uid=uid, gid=gid)
    return path.read_text(encoding="utf-8").strip()


def launch(command: Sequence[str | Path], log: Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start a server that writes to the log and outlives us, unless we are its last user.

    The log before this one is kept, so that there are always two and they never grow for ever.
    """
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))
    write_private(log, "")
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is not meant for it
            **options,
        )
    _launched.append(process)
    return process


def reason(log: Path, *, mark: str = "") -> str:
    """The last line of the log, better the last one with ``mark`` in it."""
    try:
        lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    marked = [line for line in lines if mark in line]
    return (marked or lines or ["it left no log"])[-1].strip()


def running(pid: int, program: str, folder: Path) -> psutil.Process | None:
    """The living process with this number if it is that program at work in that folder.

    A number in a file of a killed server may belong to somebody else by now.
    """
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        if alive and process.name() == program and process.cwd() == str(folder):
            return process
    return None


def end(process: psutil.Process, *signals: signal.Signals, seconds: float = 15) -> None:
    """Ask a server to end, ever less politely, and wait until it is gone."""
    for number in signals:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        if wait_gone(process, seconds):
            break
    for launched in _launched:
        launched.poll()  # reaps it if it was our child


def wait_gone(process: psutil.Process, seconds: float) -> bool:
    """Whether the process ended in time; one that only waits to be reaped has ended.

    psutil's own wait would not do: in a container without an init nobody reaps.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
