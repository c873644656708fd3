"""gunicorn on free ports, started as for production, stopped at the end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
SYNC = ("--worker-class", "sync", "--workers", "2")
#: as in production, where each process has four threads, with as many processes as make 32
THREADS = ("--worker-class", "gthread", "--workers", "8", "--threads", "4")


@dataclass(frozen=True)
class Server:
    port: int
    process: psutil.Process

    def worked(self) -> float:
        """Seconds of processor time of all workers so far: steadier than the clock where
        others use the machine, but without PostgreSQL's share."""
        times = [worker.cpu_times() for worker in self.process.children()]
        return sum(time.user + time.system for time in times)


@contextmanager
def gunicorn(
    application: str, environment: Mapping[str, str], log: Path, kind: tuple[str, ...] = SYNC
) -> Iterator[Server]:
    """A server with two workers; options in ``kind`` count more than those here."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
        *("--backlog", "256", "--no-control-socket", "--log-level", "warning", *kind),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, port, log)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"gunicorn does not start, see {log}:\n{log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
